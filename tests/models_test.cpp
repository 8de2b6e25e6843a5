// Every file of models/, with fewer channels and smaller batches: how its weights begin, its updates and
// averages, compiled, against the reference, under every file of schedules/.

#include "runtime/system/files.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/shipped_schedules.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = SGANC_SOURCE_DIR "/models";
constexpr std::int64_t kFewer = 12;  // channels, if the file has more

std::vector<std::string> files(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".toml")
      names.push_back(fs::relative(entry.path(), folder).replace_extension());
  std::ranges::sort(names);
  return names;
}

struct Case {
  std::string model, schedule;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.model << " under " << c.schedule;
}

/// Whether the file changes another one, as `extends` says. Such models run under two schedules alone: what
/// they share runs under all of them.
bool is_variant(const std::string& model) {
  return read_file(kModels / (model + ".toml")).find("\nextends") != std::string::npos;
}

std::vector<Case> cases() {
  const auto models = files(kModels), schedules = shipped_schedules();
  std::vector<Case> result;
  for (const auto& model : models)
    for (const auto& schedule : schedules)
      if (!is_variant(model) || schedule == "default" || schedule == "bf16")
        result.push_back({model, schedule});
  return result;
}

std::int64_t fewer(std::int64_t channels) {
  return std::min(channels, kFewer);
}

/// Returns overrides that make a model small, and keep rounding errors from deciding anything: steps of
/// Adam by the sign of a gradient, leaky_relu and relu by the sign of an input near their kink. A leaky_relu
/// that is nearly linear between two norms would leave nothing of the first one's bias but rounding errors,
/// which show in bf16.
std::vector<std::string> smaller(const Model& model, bool in_bf16) {
  std::vector<std::string> overrides;
  for (const auto& net : model.nets) {
    std::int64_t grown = 0;  // the units of a dense layer before a reshape
    for (auto layer = net.layers.rbegin(); layer != net.layers.rend(); ++layer) {
      const std::string path = "net." + net.name + ".layers." + layer->name + ".";
      const std::string place =
          "net." + net.name + ".layers." + std::to_string(net.layers.rend() - layer - 1);
      const auto before = std::next(layer);
      const bool after_norm = before != net.layers.rend() && before->kind == "batch_norm";
      if (layer->keys.has("filters"))
        overrides.push_back(path + "filters=" + std::to_string(fewer(layer->keys.integer("filters"))));
      if (layer->kind == "leaky_relu" && after_norm && in_bf16)
        overrides.push_back(place + "={ kind = \"softplus\" }");
      else if (layer->keys.has("slope"))
        overrides.push_back(path + "slope=0.999");
      if (layer->kind == "relu") overrides.push_back(place + ".kind=\"softplus\"");
      if (layer->keys.has("shape")) {
        const auto& shape = layer->keys.integers("shape");
        grown = shape.at(0) * shape.at(1) * fewer(shape.at(2));
        overrides.push_back(path + "shape=[" + std::to_string(shape[0]) + "," + std::to_string(shape[1]) +
                            "," + std::to_string(fewer(shape[2])) + "]");
      }
      if (layer->keys.has("units")) {
        const auto units = fewer(layer->keys.integer("units"));
        overrides.push_back(path + "units=" + std::to_string(grown > 0 ? std::exchange(grown, 0) : units));
      }
    }
  }
  for (const auto& update : model.updates)
    for (const auto& draw : update.draws)
      overrides.push_back("update." + update.name + ".draw." + draw.name.value + "=\"" + draw.source.value +
                          " 4\"");
  for (const auto& optimizer : model.optimizers)
    if (optimizer.kind == "adam")
      overrides.insert(overrides.end(), {"optimizer." + optimizer.name + ".rate=1e-2",
                                         "optimizer." + optimizer.name + ".epsilon=1e-3"});
  return overrides;
}

/// Relative to the largest magnitude: the gradients of biases are sums of thousands that cancel.
constexpr double kTolerance = 5e-3;

class Models : public testing::TestWithParam<Case> {};

TEST_P(Models, MoveEveryWeightAndStateAsTheReferenceDoes) {
  const fs::path file = kModels / (GetParam().model + ".toml");
  Diagnostics diagnostics;
  const auto model = load_model(file, {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << text_of(diagnostics);
  const auto small =
      load_model(file, smaller(*model, GetParam().schedule == "bf16"), vocabulary(), diagnostics);
  const Schedule schedule = shipped_schedule(GetParam().schedule);
  if (const auto why = why_not_here(schedule); !why.empty()) GTEST_SKIP() << why;
  Twin twin(training_module(small, diagnostics), schedule);
  const Tensors before = twin.truth;
  std::mt19937 random(12);
  const auto run = [&](const std::string& function, int step) {
    if (!twin.module.function(function)) return;
    bind_batch(twin, function, step, random);
    twin.step(function, kTolerance);
  };
  for (const auto& update : model->updates) run(update.name + ".begin", 0);
  run("average", 0);
  const int steps = GetParam().schedule == "default" ? 3 : 1;
  for (int step = 1; step <= steps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    for (const auto& update : model->updates) run(update.name, step);
    run("average", step);
    ASSERT_FALSE(HasFailure());
  }
  for (const auto& v : twin.module.variables)
    EXPECT_NE(twin.truth.at(v.name).data, before.at(v.name).data) << v.name;
  for (const char* evaluation : {"classify", "sample"}) run(evaluation, 4);
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.model;
  if (info.param.schedule != "default") name += "_under_" + info.param.schedule;
  std::ranges::replace(name, '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Models, testing::ValuesIn(cases()), test_name);

TEST(TwoOutputs, ReportsBothLossesAndBothAccuraciesOfItsElevenClasses) {
  const Module module = module_of_file("mnist_two_outputs.toml");
  for (const char* update : {"c", "d_real", "d_fake"}) {
    std::vector<std::string> metrics;
    for (const auto& result : module.function(update)->results)
      if (result.name.find('.') == std::string::npos) metrics.push_back(result.name);
    EXPECT_EQ(metrics,
              (std::vector<std::string>{"loss", "binary_accuracy", "bce", "accuracy", "cross_entropy"}))
        << update;
  }
  EXPECT_EQ(module.variable("classifier.dense_1.weight")->type.shape, (Shape{11, 2048}));
}

/// The stacked model's classifier is the same trunk and logits: 316,938 parameters; the generator has
/// 1,164,289.
TEST(Stacked, HasTheTutorialsNumberOfParameters) {
  std::map<std::string, std::int64_t> parameters;
  for (const auto& v : module_of_file("mnist_stacked.toml").variables)
    if (v.role == Role::weight) parameters[v.net] += v.type.elements();
  EXPECT_EQ(parameters, (std::map<std::string, std::int64_t>{
                            {"generator", 1164289}, {"logits", 20490}, {"trunk", 296448}}));
}

}  // namespace
}  // namespace sganc
