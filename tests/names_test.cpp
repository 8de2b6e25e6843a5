// Names are for people: a module whose functions, variables, series and layers bear other names trains the
// same bits.

#include <gtest/gtest.h>

#include "runtime/train/averages.h"
#include "runtime/train/begin_weights.h"
#include "runtime/train/update_runner.h"
#include "tests/compiled_model.h"
#include "tests/compiled_twin.h"

namespace sganc {
namespace {

/// A model with everything that asks what a function, a variable or a step is for: weights that are
/// initialized by a batch, statistics, averages, two optimizers over the same weights, clipped gradients.
const std::string kModel = R"toml(
name = "m"
[data]
source = "mnist"
[input]
image = [8, 8, 1]
latent = { size = 5, distribution = "normal" }
[net.g]
of = "latent"
layers = [{ kind = "dense", units = 64, norm = "weight_norm" }, { kind = "batch_norm" }, { kind = "tanh" },
          { kind = "reshape", shape = [8, 8, 1] }]
[net.f]
of = "image"
layers = [{ kind = "conv", filters = 20, kernel = 3, stride = 2 }, { kind = "batch_norm" },
          { kind = "leaky_relu" }, { kind = "flatten" }, { kind = "dropout", rate = 0.2 },
          { kind = "dense", units = 3, norm = "weight_norm" }]
[net.p]
of = "f"
layers = [{ kind = "softmax" }]
[net.d]
of = "f"
layers = [{ kind = "logsumexp" }, { kind = "sigmoid" }]
[optimizer]
a = { kind = "adam", rate = 1e-3 }
b = { kind = "sgd", rate = 1e-3, momentum = 0.9 }
[[update]]
name      = "c"
draw      = { x = "labeled 6" }
minimize  = "cross_entropy(p(x), label(x))"
train     = ["f"]
optimizer = "a"
clip_norm = 0.5
[[update]]
name      = "r"
draw      = { x = "unlabeled 4" }
minimize  = "bce(d(x), 1) + mse(p(x), teacher.p(x))"
train     = ["f"]
optimizer = "b"
[[update]]
name      = "g"
draw      = { z = "latent 4" }
minimize  = "bce(d(g(z)), 1)"
train     = ["g"]
optimizer = "a"
[average]
decay = 0.9
[evaluate]
classifier = "p"
)toml";

/// Gives each different text a new name: "name 1", "name 2", ... in the order in which they are asked for.
class OtherNames {
 public:
  void replace(std::string& text) {
    if (!text.empty()) text = names_.try_emplace(text, "name " + std::to_string(names_.size())).first->second;
  }
  const std::string& of(const std::string& text) const { return names_.at(text); }

 private:
  std::map<std::string, std::string> names_;
};

Module renamed(Module module, OtherNames& variables) {
  OtherNames functions, series, layers;
  std::set<std::string> known;
  for (const auto& v : module.variables) known.insert(v.name);
  for (auto& v : module.variables) {
    variables.replace(v.name);
    variables.replace(v.of);
    series.replace(v.series);
    layers.replace(v.origin.part);
  }
  for (auto& f : module.functions) {
    functions.replace(f.name);
    for (auto& n : f.nodes) {
      if (n.op == Op::variable) variables.replace(n.attributes.name);
      layers.replace(n.origin.part);
    }
    for (auto& r : f.results)
      if (known.contains(r.name)) variables.replace(r.name);
  }
  return module;
}

Dataset images() {
  Dataset dataset{"images", {8, 8, 1}, 3, {}, {}};
  dataset.train.count = 30;
  std::mt19937 random(1);
  for (int i = 0; i < 30; ++i) dataset.train.labels.push_back(i % 3);
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 30 * 64; ++i) pixels.push_back(static_cast<std::uint8_t>(random() % 256));
  dataset.train.images = pixels;
  return dataset;
}

TrainingSettings training() {
  TrainingSettings settings;
  settings.updates = {{"c", {{"x", true}}, 6}, {"r", {{"x", false}}, 4}, {"g", {}, 4}};
  settings.seed = 5;
  return settings;
}

void train(Executor& executor, const Dataset& dataset) {
  const Division division = divide(dataset, ImageChoice{.count = 5, .seed = 2}, {});
  const TrainingSettings settings = training();
  begin_weights(executor, dataset, division, {}, settings);
  Averages averages(executor);
  averages.move(0);
  std::vector<std::unique_ptr<UpdateRunner>> updates;
  for (const auto& update : settings.updates)
    updates.push_back(std::make_unique<UpdateRunner>(executor, dataset, division, std::deque<Spread>(),
                                                     update, settings.seed));
  for (std::int64_t step = 1; step <= 4; ++step) {
    for (const auto& update : updates) ASSERT_TRUE(update->run(step));
    averages.move(step);
  }
}

TEST(Names, ChangeNoBitOfATraining) {
  OtherNames other;
  const Module module = module_of_text(kModel), copy = renamed(module, other);
  ASSERT_EQ(verify(copy), std::vector<std::string>{});
  Executor executor(compile(module), 2, 7), twin(compile(copy), 2, 8);
  for (std::size_t i = 0; i < module.variables.size(); ++i) {
    const auto& v = module.variables[i];
    if (v.type.dtype != DType::f32) continue;
    const auto from = executor.variable(executor.variable_index(v.name));
    std::ranges::copy(from, twin.variable(twin.variable_index(other.of(v.name))).begin());
  }
  const Dataset dataset = images();
  train(executor, dataset);
  train(twin, dataset);
  std::set<Role> roles;
  for (const auto& v : module.variables) {
    roles.insert(v.role);
    if (v.type.dtype != DType::f32) continue;
    const auto values = executor.variable(executor.variable_index(v.name));
    const auto others = twin.variable(twin.variable_index(other.of(v.name)));
    EXPECT_EQ(std::memcmp(values.data(), others.data(), values.size_bytes()), 0) << v.name;
  }
  EXPECT_EQ(roles.size(), 5U) << "a variable of every role";
}

}  // namespace
}  // namespace sganc
