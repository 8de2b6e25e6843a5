#include "compiler/driver/training_settings.h"

#include <algorithm>

namespace sganc {

SpreadSettings spread_settings(const DeclaredSpread& declared) {
  SpreadSettings settings{.name = "spread." + declared.name,
                          .features = {},
                          .labels = declared.labels,
                          .neighbours = declared.neighbours,
                          .power = declared.power,
                          .alpha = declared.alpha,
                          .rounds = declared.rounds,
                          .keep = declared.keep,
                          .from_step = declared.from_step,
                          .every = declared.every};
  for (const auto& f : declared.features) {
    const auto standardized = [&](const Located<std::string>& net) { return net.value == f.net.value; };
    settings.features.push_back(
        {f.net.value, f.part, std::ranges::any_of(declared.standardize, standardized)});
  }
  if (declared.rerank) settings.rerank = {declared.rerank->candidates, declared.rerank->reach};
  return settings;
}

TrainingSettings training_settings(const Model& model) {
  TrainingSettings settings{.model_name = model.name};
  for (const auto& u : model.updates) {
    TrainingUpdate update{.name = u.name, .replace = u.replace, .cadence = u.cadence};
    for (const auto& d : u.draws) {
      if (!model.input(d.source.value))
        update.draws.push_back({d.name.value, d.source.value == "labeled",
                                model.spread(d.source.value) ? d.source.value : std::string()});
      update.count += d.count.value;
    }
    settings.updates.push_back(std::move(update));
  }
  for (const auto& spread : model.spreads) settings.spreads.push_back(spread_settings(spread));
  settings.epochs = model.train.epochs;
  settings.steps_per_epoch = model.train.steps_per_epoch;
  settings.checkpoint_minutes = model.train.checkpoint_minutes;
  settings.keep = model.train.keep;
  settings.seed = static_cast<std::uint64_t>(model.train.seed);
  settings.range_low = model.data.range_low;
  settings.range_high = model.data.range_high;
  for (const auto& split : model.evaluate.splits) settings.splits.push_back(split.value);
  settings.evaluate_every = model.evaluate.every;
  settings.classifier = !model.evaluate.classifier.value.empty();
  settings.generator = !model.evaluate.generator.value.empty();
  settings.tensorboard = model.report.tensorboard;
  return settings;
}

}  // namespace sganc
