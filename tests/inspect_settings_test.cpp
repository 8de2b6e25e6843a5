// Which settings of a model differ from their defaults.

#include "compiler/inspect/changed_settings.h"
#include "tests/inspect_model.h"

namespace sganc::testing {
namespace {

/// The changed settings of the tiny model with these overrides: "train.epochs = 3".
std::vector<std::string> changed(const std::vector<std::string>& overrides) {
  Diagnostics diagnostics;
  const auto model = parse_model(kTinyModel, "model.toml", overrides, vocabulary(), diagnostics);
  if (!model) throw std::logic_error(diagnostics.items().at(0).message);
  std::vector<std::string> lines;
  for (const auto& setting : changed_settings(*model, summarize(*model, diagnostics).optimizers))
    lines.push_back(setting.name + " = " + setting.text);
  return lines;
}

TEST(ChangedSettings, AreOnlyThoseThatDiffer) {
  const std::vector<std::string> optimizers = {"optimizer.a = adam, rate 0.1", "optimizer.s = sgd, rate 0.5",
                                               "optimizer.idle = adam, rate 0.1"};
  EXPECT_EQ(changed({}), optimizers);
  EXPECT_EQ(changed({"train.epochs=20", "data.range=[-1, 1]", "evaluate.splits=[\"train\"]"}), optimizers);
  auto all = optimizers;
  all.insert(all.begin(), {"keras_compat = true", "data.range = [0.0, 1.0]"});
  all.insert(all.end(), {"augment.shift = 2", "augment.far.rotate = 5.0", "update.c.every = 3",
                         "update.g.clip_norm = 1.0", "train.epochs = 3",
                         "evaluate.splits = [\"train\", \"test\"]", "report.tensorboard = false"});
  EXPECT_EQ(changed({"keras_compat=true", "data.range=[0, 1]", "augment.shift=2", "augment.far.rotate=5",
                     "update.c.every=3", "update.g.clip_norm=1", "train.epochs=3",
                     "evaluate.splits=[\"train\", \"test\"]", "report.tensorboard=false"}),
            all);
}

}  // namespace
}  // namespace sganc::testing
