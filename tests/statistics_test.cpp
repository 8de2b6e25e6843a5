// What training changes without an optimizer: running statistics of layers, averages of weights, and
// weights that are initialized by the first batch.

#include <algorithm>
#include <filesystem>

#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/layers_building.h"
#include "tests/shipped_schedules.h"

namespace sganc {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::logic_error("no " + what);
  return text.replace(at, what.size(), by);
}

/// Returns the small model with a teacher that is also evaluated, and with all that layers may note.
std::string noting_model() {
  std::string text = text_of(SmallModel{});
  text = replaced(text, R"({ kind = "dense", units = 80 },)",
                  R"({ kind = "dense", units = 80, bias = false }, { kind = "batch_norm" },)");
  text = replaced(text, R"(kernel = 4, stride = 2 })", R"(kernel = 4, stride = 2, norm = "weight_norm" })");
  text = replaced(text, R"(kernel = 3, stride = 2 })", R"(kernel = 3, stride = 2, norm = "spectral_norm" })");
  text = replaced(text, R"(kernel = 3, stride = 2 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "flatten" })",
                  R"(kernel = 3, stride = 2, bias = false },
  { kind = "batch_norm", momentum = 0.5 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "flatten" })");
  text = replaced(text, R"(filters = 20, kernel = 3, stride = 2 })",
                  R"(filters = 20, kernel = 3, stride = 2, norm = "weight_norm" })");
  text = replaced(text, R"(units = 10 })", R"(units = 10, norm = "weight_norm" })");
  text =
      replaced(text, R"_("cross_entropy(classifier(x), label(x))")_",
               R"_("cross_entropy(classifier(x), label(x)) + mse(classifier(x), teacher.classifier(x))")_");
  return text + "average = true\n[average]\ndecay = 0.6\n";
}

std::string results_of(const Module& module, const std::string& function, Role role) {
  std::string names;
  for (const auto& r : module.function(function)->results)
    if (const auto* v = module.variable(r.name); v && v->role == role) names += r.name + " ";
  return names;
}

TEST(Statistics, AreMovedByTheUpdatesThatTrainTheirNet) {
  const Module module = module_of_text(noting_model());
  const std::string trunk =
      "trunk.batch_norm_1.running_mean trunk.batch_norm_1.running_var trunk.conv_1.weight_u ";
  EXPECT_EQ(results_of(module, "c", Role::statistic), trunk);
  EXPECT_EQ(results_of(module, "d_fake", Role::statistic), trunk);
  EXPECT_EQ(results_of(module, "g", Role::statistic),
            "generator.batch_norm_1.running_mean generator.batch_norm_1.running_var ");
  EXPECT_EQ(results_of(module, "c", Role::weight), "");
  EXPECT_EQ(results_of(module, "c.begin", Role::weight),
            "logits.dense_1.bias logits.dense_1.weight_g trunk.conv_2.bias trunk.conv_2.weight_g ");
  EXPECT_EQ(module.function("d_real.begin"), nullptr);
  EXPECT_EQ(results_of(module, "d_fake.begin", Role::weight),
            "generator.conv_transpose_1.bias generator.conv_transpose_1.weight_g ");
  EXPECT_EQ(module.function("g.begin"), nullptr);
}

class Noting : public testing::TestWithParam<std::string> {};

TEST_P(Noting, IsCompiledAsTheReferenceDoesIt) {
  const Schedule schedule = shipped_schedule(GetParam());
  if (const auto why = why_not_here(schedule); !why.empty()) GTEST_SKIP() << why;
  Twin twin(module_of_text(noting_model()), schedule);
  std::mt19937 random(5);
  const auto run = [&](const std::string& function, int step) {
    SCOPED_TRACE("step " + std::to_string(step));
    bind_batch(twin, function, step, random);
    // batch_norm cancels nearly all of some gradients, so rounding errors show, and more so in later steps.
    twin.step(function, step < 2 ? 2e-4 : 1e-3);
  };
  for (const char* function : {"c.begin", "d_fake.begin", "average"}) run(function, 0);
  const int steps = twin.multiplies_in_bf16() ? 1 : 2;  // rounding errors grow from step to step
  for (int step = 1; step <= steps; ++step)
    for (const char* function : {"c", "d_real", "d_fake", "g", "average"}) run(function, step);
  for (const char* function : {"classify", "sample"}) run(function, 3);
}

INSTANTIATE_TEST_SUITE_P(Schedules, Noting, testing::ValuesIn(shipped_schedules()),
                         [](const auto& info) { return info.param; });

TEST(Statistics, EvaluationReadsTheAveragesAlone) {
  const Module module = module_of_text(noting_model());
  for (const char* name : {"classify", "sample"}) {
    const Function& f = *module.function(name);
    const auto uses = count_uses(f);
    for (std::size_t i = 0; i < f.nodes.size(); ++i) {
      if (f.nodes[i].op != Op::variable || uses[i] == 0) continue;
      EXPECT_TRUE(f.nodes[i].attributes.name.starts_with("average.")) << f.nodes[i].attributes.name;
    }
  }
}

/// Returns a net of one layer on images of one pixel, and an update with that loss.
Module one_layer(const std::string& layer, const std::string& minimize, const std::string& more = "") {
  return module_of_text(R"toml(
name = "one"
[input]
image = [1, 1, 3]
[net.f]
of = "image"
layers = [{ kind = "flatten" }, )toml" +
                        layer +
                        R"toml(]
[optimizer]
o = { kind = "sgd", rate = 0.1 }
[[update]]
name = "a"
draw = { x = "unlabeled 50" }
minimize = ")toml" + minimize +
                        R"toml("
train = ["f"]
optimizer = "o"
)toml" + more);
}

/// Returns 50 images, each once.
Tensors batch() {
  std::mt19937 random(8);
  Tensor each = filled({DType::i32, {50}});
  for (std::size_t i = 0; i < 50; ++i) each.data[i] = static_cast<double>(i);
  return {{"x.index", each}, {"data.image", random_whole({DType::u8, {50, 1, 1, 3}}, 256, random)}};
}

/// The running mean of the one layer after an update.
std::vector<double> running_mean_after(const std::string& minimize, const std::string& more) {
  const Module module = one_layer(R"({ kind = "batch_norm", momentum = 0.9 })", minimize, more);
  Tensors variables = initial_variables(module, 3);
  evaluate(module, *module.function("a"), batch(), variables);
  return variables.at("f.batch_norm_1.running_mean").data;
}

TEST(Statistics, MoveOnlyByTheValuesThatTheUpdateNames) {
  const std::string both = "mean(square(f(y))) + mean(f(x))", let = "let = { y = \"0.5 * x + 3\" }\n";
  const auto by_y = running_mean_after("mean(f(y))", let), by_x = running_mean_after("mean(f(x))", "");
  EXPECT_NE(by_y, by_x);
  EXPECT_EQ(running_mean_after(both, let + "statistics = [\"y\"]\n"), by_y);
  EXPECT_EQ(running_mean_after(both, let + "statistics = [\"x\"]\n"), by_x);
  const auto by_both = running_mean_after(both, let);
  EXPECT_EQ(running_mean_after(both, let + "statistics = [\"x\", \"y\"]\n"), by_both);
  EXPECT_NE(by_both, by_x);
  EXPECT_NE(by_both, by_y);
}

/// A net that was applied before the value had its name does not count either.
TEST(Statistics, DoNotMoveByEarlierValues) {
  const std::string let = "let = { m = \"mean(f(x))\", y = \"0.5 * x + 3\" }\nstatistics = [\"y\"]\n";
  EXPECT_EQ(running_mean_after("m + mean(f(y))", let),
            running_mean_after("mean(f(y))", "let = { y = \"0.5 * x + 3\" }\n"));
}

/// On the batch that initialized the weights, outputs have mean 0 and mean square 1 in each channel.
TEST(WeightNorm, BeginsWithMeanZeroAndDeviationOne) {
  const Module module = one_layer(R"({ kind = "dense", units = 4, norm = "weight_norm" })",
                                  "mean(square(batch_mean(f(x)))) + 10 * mean(square(f(x)))");
  Tensors variables = initial_variables(module, 3);
  const Tensor direction = variables.at("f.dense_1.weight_v");
  evaluate(module, *module.function("a.begin"), batch(), variables);
  EXPECT_EQ(variables.at("f.dense_1.weight_v"), direction);
  EXPECT_NE(variables.at("f.dense_1.bias").data[0], 0);
  EXPECT_NEAR(evaluate(module, *module.function("a"), batch(), variables).at("loss").data[0], 10, 1e-5);
}

TEST(WeightNorm, AppliedTwiceBeginsOnce) {
  const Module module = one_layer(R"({ kind = "dense", units = 4, norm = "weight_norm" })",
                                  "mean(square(f(x))) + 0 * mean(f(2 * x))");
  Tensors variables = initial_variables(module, 3);
  evaluate(module, *module.function("a.begin"), batch(), variables);
  EXPECT_NEAR(evaluate(module, *module.function("a"), batch(), variables).at("loss").data[0], 1, 1e-5);
}

/// The direction is learned; the length stays as the batch made it.
TEST(WeightNorm, KeepsALengthThatIsNotLearned) {
  const Module module = one_layer(R"({ kind = "dense", units = 4, norm = "weight_norm", gain = false })",
                                  "mean(square(f(x) - 1))");
  EXPECT_EQ(module.variable("f.dense_1.weight_g")->role, Role::statistic);
  Tensors variables = initial_variables(module, 3);
  const Tensor direction = variables.at("f.dense_1.weight_v");
  evaluate(module, *module.function("a.begin"), batch(), variables);
  const Tensor length = variables.at("f.dense_1.weight_g");
  EXPECT_NE(length.data, (std::vector<double>(4, 1)));
  evaluate(module, *module.function("a"), batch(), variables);
  evaluate(module, *module.function("a.apply"), {}, variables);
  EXPECT_NE(variables.at("f.dense_1.weight_v"), direction);
  EXPECT_EQ(variables.at("f.dense_1.weight_g"), length);
}

/// Power iteration makes the largest singular value of the applied matrix 1.
TEST(SpectralNorm, ComesToTheLargestSingularValue) {
  const Module module =
      one_layer(R"({ kind = "dense", units = 2, norm = "spectral_norm", bias = false })", "mean(f(x))");
  Tensors variables = initial_variables(module, 3);
  const Tensor weight = {{DType::f32, {2, 3}}, {3, 0, 0, 0, 0, -5}};  // singular values 3 and 5
  variables.at("f.dense_1.weight") = weight;
  for (int i = 0; i < 40; ++i) evaluate(module, *module.function("a"), batch(), variables);
  EXPECT_NEAR(std::abs(variables.at("f.dense_1.weight_u").data[1]), 1, 1e-6);
  const auto values = evaluate_nodes(*module.function("a"), batch(), variables);
  const auto& nodes = module.function("a")->nodes;
  const auto product = std::ranges::find_if(nodes, [](const Node& n) {
    return n.op == Op::divide && n.type.shape == Shape{2, 3};
  });
  ASSERT_NE(product, nodes.end());
  const auto& applied = values[static_cast<std::size_t>(product - nodes.begin())].data;
  EXPECT_NEAR(applied[0], 0.6, 1e-6);
  EXPECT_NEAR(applied[5], -1, 1e-6);
}

/// x is (1, 3), with variance 1 as a batch and 2 as a sample.
TEST(BatchNorm, NormalizesByTheBatchAndNotesIt) {
  Module module{.name = "single"};
  const Layer& layer = *find_layer("batch_norm");
  const Keys keys = keys_of(layer.keys, {{"momentum", 0.75}, {"epsilon", 0.21}});
  for (const bool training : {true, false}) {
    Function f{.name = "f"};
    Builder b(f);
    SingleLayer context(module, b, keys, training);
    b.result("y", layer.build(context, context.variable("x", {2, 1}, {})));
    Tensors values = initial_variables(module, 1);
    values.at("f.x").data = {1, 3};
    values.at("f.weight").data = {2};
    values.at("f.bias").data = {0.5};
    values.at("f.running_mean").data = {5};
    values.at("f.running_var").data = {4};
    const auto y = evaluate(module, f, {}, values).at("y").data;
    const double mean = training ? 2 : 5, deviation = std::sqrt((training ? 1 : 4) + 0.21);
    EXPECT_DOUBLE_EQ(y[0], 2 * (1 - mean) / deviation + 0.5);
    EXPECT_DOUBLE_EQ(y[1], 2 * (3 - mean) / deviation + 0.5);
    EXPECT_DOUBLE_EQ(values.at("f.running_mean").data[0], training ? 0.75 * 5 + 0.25 * 2 : 5);
    EXPECT_DOUBLE_EQ(values.at("f.running_var").data[0], training ? 0.75 * 4 + 0.25 * 2 : 4);
  }
}

/// Sums over the batch after another such sum is subtracted, for numbers of columns around full vectors.
TEST(BatchNorm, IsCompiledForEveryNumberOfChannels) {
  Module module{.name = "widths"};
  const Layer& layer = *find_layer("batch_norm");
  const Keys keys = keys_of(layer.keys, {});
  std::vector<std::int64_t> channels = {48, 49, 50, 65, 81, 97, 113, 129};
  for (std::int64_t n = 7; n <= 35; ++n) channels.push_back(n);
  for (const auto n : channels) {
    Function& f = module.functions.emplace_back(Function{.name = "of_" + std::to_string(n)});
    Builder b(f);
    SingleLayer context(module, b, keys, /*training=*/true);
    b.result("y", layer.build(context, context.variable("x", {5, n}, {Initializer::Kind::normal, 1})));
  }
  Twin twin(std::move(module), {});
  for (const auto& f : twin.module.functions) twin.step(f.name, 1e-5);
}

/// The running mean moves twice if the layer is applied to two batches.
TEST(BatchNorm, MovesAtEachApplication) {
  const Module module = one_layer(R"({ kind = "batch_norm", momentum = 0.5, gain = false })",
                                  "mean(f(0 * x + 8)) + mean(f(0 * x + 2))");
  Tensors variables = initial_variables(module, 3);
  evaluate(module, *module.function("a"), batch(), variables);
  for (const double mean : variables.at("f.batch_norm_1.running_mean").data) EXPECT_DOUBLE_EQ(mean, 3);
}

TEST(Averages, BeginAsMeansAndThenDecay) {
  const Module module =
      one_layer(R"({ kind = "dense", units = 1 })", "mse(f(x), teacher.f(x))", "[average]\ndecay = 0.7\n");
  Tensors variables = initial_variables(module, 3);
  double expected = 0;
  for (const int step : {0, 1, 2, 3, 4}) {
    const double weight = 1 + 3 * step * step;
    variables.at("f.dense_1.bias").data = {weight};
    const Tensors inputs = {{"random.key", {{DType::i32, {4}}, {0, 0, static_cast<double>(step), 0}}}};
    evaluate(module, *module.function("average"), inputs, variables);
    const double decay = std::min(0.7, 1 - 1.0 / (step + 1));
    expected = decay * expected + (1 - decay) * weight;
    EXPECT_NEAR(variables.at("average.f.dense_1.bias").data[0], expected, 1e-6) << step;
    if (step == 2) {
      EXPECT_NEAR(expected, (1 + 4 + 13) / 3.0, 1e-6);
    }
  }
}

TEST(Averages, OfANetThatNobodyTeachesAreNotKept) {
  const Module module = module_of_text(text_of(SmallModel{}));
  for (const auto& v : module.variables) EXPECT_FALSE(v.name.starts_with("average.")) << v.name;
  EXPECT_EQ(module.function("average"), nullptr);
}

}  // namespace
}  // namespace sganc
