#include "compiler/driver/training_text.h"

#include "compiler/driver/label_words.h"
#include "compiler/language/joined.h"
#include "compiler/language/spelling.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The numbers, separated by spaces.
std::string numbers(const std::vector<std::int64_t>& values) {
  std::string text;
  for (const auto v : values) text += (text.empty() ? "" : " ") + std::to_string(v);
  return text;
}

/// Names of weights by layer, each once: `trunk.conv_1 trunk.conv_2`.
std::string layers_of(const std::vector<std::string>& weights) {
  std::vector<std::string> layers;
  for (const auto& weight : weights) {
    const auto layer = weight.substr(0, weight.rfind('.'));
    if (layers.empty() || layers.back() != layer) layers.push_back(layer);
  }
  return joined(layers, " ");
}

}  // namespace

std::vector<std::string> start_text(const Compiled& compiled, const LoadedData& loaded,
                                    const Division& division, const TrainingSettings& settings, int threads,
                                    const fs::path& out) {
  std::vector<std::string> lines;
  const Machine machine = this_machine();
  lines.push_back("run      " + out.string());
  lines.push_back("machine  " + machine.processor.name + ", " + counted(threads, "thread") + ", " +
                  joined(machine.processor.vector_instructions(), " "));
  for (const auto& line : data_text(loaded)) lines.push_back(line);
  const Dataset& data = loaded.dataset;
  const auto by_class = [&](const std::vector<std::int32_t>& indices, const std::string& what) {
    return std::to_string(indices.size()) + what + ", of each class " +
           numbers(class_histogram(data.train.labels, indices, data.classes));
  };
  lines.push_back("labels   " + (settings.uses_labels() ? by_class(division.labelled, "") : "none used"));
  if (settings.uses_labels())
    for (const auto& line : words_of_labels(
             data, division, [&](std::span<const std::int32_t> some) { return images_at(data, some); }))
      lines.push_back("         " + line);
  if (!division.held_out.empty())
    lines.push_back("held out " + by_class(division.held_out, " for validation"));
  for (const auto& net : compiled.model.nets) {
    std::int64_t count = 0;
    for (const auto& v : compiled.module.variables)
      if (v.role == Role::weight && v.net == net.name) count += v.type.elements();
    if (count > 0) lines.push_back("net      " + net.name + ": " + std::to_string(count) + " parameters");
  }
  for (const auto& u : compiled.model.updates)
    lines.push_back("update   " + u.name + ": minimize " + objective(u) +
                    (manner(u).empty() ? "" : "; " + manner(u)));
  lines.push_back("train    " + counted(settings.epochs, "epoch") + " of " +
                  std::to_string(settings.steps_per_epoch) + " steps, seed " + std::to_string(settings.seed));
  return lines;
}

std::vector<std::string> initial_weights_text(const std::filesystem::path& file,
                                              const MatchedWeights& matched) {
  std::vector<std::string> lines = {"init     from " + file.string(),
                                    "         taken: " + layers_of(matched.taken)};
  const auto tell = [&](const std::string& what, const std::vector<std::string>& weights) {
    if (!weights.empty()) lines.push_back("         " + what + ": " + layers_of(weights));
  };
  tell("of another shape there, begin anew", matched.other_shape);
  tell("not there, begin anew", matched.missing);
  tell("not taken, not in this model", matched.unused);
  return lines;
}

}  // namespace sganc
