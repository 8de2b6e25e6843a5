// Every file of models/, with fewer channels and smaller batches: how its weights begin, its updates and
// averages, compiled, against the reference, under every file of schedules/.

#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/shipped_models.h"
#include "tests/shipped_schedules.h"

namespace sganc {
namespace {

struct Case {
  std::string model, schedule;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.model << " under " << c.schedule;
}

std::vector<Case> cases() {
  const auto models = shipped_models(), schedules = shipped_schedules();
  std::vector<Case> result;
  for (const auto& model : models)
    for (const auto& schedule : schedules)
      if (!is_variant(model) || schedule == "default" || schedule == "bf16")
        result.push_back({model, schedule});
  return result;
}

/// Relative to the largest magnitude: the gradients of biases are sums of thousands that cancel.
constexpr double kTolerance = 5e-3;

class Models : public testing::TestWithParam<Case> {};

TEST_P(Models, MoveEveryWeightAndStateAsTheReferenceDoes) {
  const auto file = kModels / (GetParam().model + ".toml");
  Diagnostics diagnostics;
  const auto model = load_model(file, {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << text_of(diagnostics);
  const auto small =
      load_model(file, smaller(*model, 4, GetParam().schedule == "bf16"), vocabulary(), diagnostics);
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
