// Whole updates, compiled, against the reference: weights, optimizer states, losses and metrics, step by
// step.

#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/shipped_schedules.h"

namespace sganc {
namespace {

struct Case {
  std::string name, model;
  std::string schedule;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class Training : public testing::TestWithParam<Case> {};

TEST_P(Training, MovesEveryWeightAndStateAsTheReferenceDoes) {
  const Schedule schedule = shipped_schedule(GetParam().schedule);
  if (const auto why = why_not_here(schedule); !why.empty()) GTEST_SKIP() << why;
  Twin twin(module_of_text(GetParam().model), schedule);
  std::mt19937 random(12);
  for (int step = 0; step < 4; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    for (const char* update : {"c", "d_real", "d_fake", "g"}) {
      bind_batch(twin, update, step, random);
      twin.step(update, 1e-4);
    }
    if (HasFailure()) break;
  }
  for (const char* evaluation : {"classify", "sample"}) {
    bind_batch(twin, evaluation, 4, random);
    twin.step(evaluation, 1e-4);
  }
}

const SmallModel kOdd = {.image = "[9, 7, 3]",
                         .seed_image = "[1, 7, 5]",
                         .seed_units = 35,
                         .filters = 5,
                         .growth = "[3, 1]",
                         .channels = 3};

/// Returns the small model with nets of layers that it otherwise lacks.
std::string text_of_other_layers() {
  std::string text = text_of(SmallModel{});
  const auto replace_layers = [&](const std::string& net, const std::string& layers) {
    const auto at = text.find("layers = [", text.find("[net." + net + "]"));
    text.replace(at, text.find("\n]", at) + 2 - at, "layers = [" + layers + "]");
  };
  replace_layers("generator", R"(
  { kind = "dense", units = 80, initializer = "he_normal" }, { kind = "swish" },
  { kind = "reshape", shape = [2, 2, 20] },
  { kind = "upsample" },
  { kind = "conv", filters = 16, kernel = 3, initializer = "normal", deviation = 0.1 },
  { kind = "layer_norm", axes = "all" }, { kind = "gelu" },
  { kind = "conv_transpose", filters = 6, kernel = 3, stride = 2, padding = "valid", groups = 2 },
  { kind = "layer_norm" }, { kind = "elu" },
  { kind = "conv", filters = 1, kernel = 2, padding = "valid" }, { kind = "tanh" },
)");
  replace_layers("trunk", R"(
  { kind = "gaussian_noise", deviation = 0.2 },
  { kind = "conv", filters = 16, kernel = 3, padding = "valid" }, { kind = "elu", alpha = 0.5 },
  { kind = "average_pool", size = 3, stride = 2, padding = "same" },
  { kind = "conv", filters = 16, kernel = 3, dilation = 2, groups = 16 }, { kind = "softplus" },
  { kind = "max_pool", size = 2, stride = 1 },
  { kind = "conv", filters = 20, kernel = 2, padding = 1 }, { kind = "layer_norm" }, { kind = "selu" },
  { kind = "max_pool", size = 3, stride = 1, padding = "same" },
  { kind = "global_average_pool" }, { kind = "dropout", rate = 0.4 },
)");
  return text;
}

/// Returns the models under every file of schedules/.
std::vector<Case> every_schedule() {
  std::vector<Case> cases;
  for (const auto& name : shipped_schedules()) {
    cases.push_back({"even_" + name, text_of(SmallModel{}), name});
    cases.push_back({"odd_" + name, text_of(kOdd), name});
    cases.push_back({"other_layers_" + name, text_of_other_layers(), name});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Schedules, Training, testing::ValuesIn(every_schedule()),
                         [](const auto& info) { return info.param.name; });

void train(Twin& twin, int steps, unsigned seed = 12) {
  std::mt19937 random(seed);
  for (int step = 0; step < steps; ++step)
    for (const char* update : {"c", "d_real", "d_fake", "g"}) {
      SCOPED_TRACE("step " + std::to_string(step));
      bind_batch(twin, update, step, random);
      twin.step(update, 1e-4);
    }
}

/// The small model with losses of its own, made of elementary functions, of layers as functions, and of
/// lists.
TEST(Expressions, TrainAsTheReferenceDoes) {
  std::string text = text_of(SmallModel{});
  const std::pair<std::string, std::string> losses[] = {
      {"cross_entropy(classifier(x), label(x))",
       "cross_entropy(softmax(logits(x)), label(x)) + 0.1 * sum(square(batch_mean(logits(x)) - "
       "[1, -1, 0.5, 0, 0, 1 / 4, mean(x), 0.1, 0.2, 0.3]))"},
      {"bce(critic(x), 1)", "mean(softplus(-logsumexp(logits(x)))) + sqrt(mean(exp(tanh(logits(x)))))"},
      {"bce(critic(generator(z)), 0)",
       "mean(softplus(logsumexp(logits(generator(z))))) + mean(min(abs(logits(generator(z))), 0.3))"},
      {"bce(critic(generator(z)), 1)",
       "bce(sigmoid(logsumexp(logits(generator(z)))), 1) + sum([0.1, 0.2] * "
       "[mean(relu(logits(generator(z)))), "
       "log(sum(max(0.1, leaky_relu(logits(generator(z))))))])"}};
  for (const auto& [plain, own] : losses) text.replace(text.find(plain), plain.size(), own);
  Twin twin(module_of_text(text), {});
  train(twin, 3);
}

/// Transposed convolutions and convolutions of stride 2 with their activations, and all of their gradients.
TEST(ByWinograd, TrainsAsTheReferenceDoes) {
  Schedule schedule{.name = "winograd"};
  for (const char* layer : {"generator.conv_transpose_*", "trunk.conv_2.*", "trunk.conv_3.*"})
    schedule.products.push_back({.match = {layer}, .by = {{"winograd"}}});
  const SmallModel wide{.seed_image = "[2, 2, 16]", .seed_units = 64, .filters = 16};
  Twin twin(module_of_text(text_of(wide)), schedule);
  train(twin, 4, /*seed=*/1);  // its numbers lie near no kink, where rounding would decide
}

/// Skips: sums, products and concatenations of earlier layers and of the net's own input.
TEST(LayerGraphs, TrainAsTheReferenceDoes) {
  for (const SmallModel& shape : {SmallModel{}, kOdd}) {
    std::string text = text_of(shape);
    const std::string from = "  { kind = \"conv\", filters = " + std::to_string(shape.filters) +
                             ", kernel = 3, stride = 2 },\n  { kind = \"leaky_relu\", slope = 0.2 },\n"
                             "  { kind = \"flatten\" },\n";
    text.replace(text.find(from), from.size(), R"toml(
  { kind = "conv", filters = 6, kernel = 3 },
  { kind = "tanh", name = "left" },
  { kind = "conv", filters = 6, kernel = 1, from = "leaky_relu_2" },
  { kind = "add", name = "sum", from = ["left", "conv_4"] },
  { kind = "sigmoid", name = "gate" },
  { kind = "multiply", from = ["gate", "left", "sum"] },
  { kind = "concat", from = ["multiply_1", "leaky_relu_2", "left"] },
  { kind = "flatten" },
)toml");
    Twin twin(module_of_text(text), {});
    train(twin, 3);
  }
}

/// Losses of pseudo-labels, soft targets, distributions, margins and features, and weights that change with
/// the step.
TEST(Expressions, OfTheFieldTrainAsTheReferenceDoes) {
  std::string text = text_of(SmallModel{});
  const std::pair<std::string, std::string> losses[] = {
      {"cross_entropy(classifier(x), label(x))",
       "cross_entropy(classifier(x), 0.9 * one_hot(label(x), 10) + 0.01) + ramp(0.5, 1, 3) * "
       "kl(stop_gradient(classifier(x)), softmax(9 * logits(x)))"},
      {"bce(critic(x), 1)",
       "entropy(classifier(x)) - 0.5 * entropy(batch_mean(classifier(x))) + cross_entropy(classifier(x), "
       "argmax(classifier(x)), largest(classifier(x)) > 0.12)"},
      {"bce(critic(generator(z)), 0)",
       "hinge(logsumexp(logits(generator(z))), -1) + mean(where(logits(generator(z)) > 0, 1, 0.5) * "
       "clip(logits(generator(z)), -0.1, 0.2))"},
      {"bce(critic(generator(z)), 1)",
       "l1(batch_mean(trunk(generator(z))), 0.1) + ramp(1, 0, 5, 1) * hinge(0.1 * "
       "logsumexp(logits(generator(z))), "
       "1)"}};
  for (const auto& [plain, own] : losses) text.replace(text.find(plain), plain.size(), own);
  Twin twin(module_of_text(text), {});
  std::mt19937 random(12);
  for (int step = 1; step <= 3; ++step)
    for (const char* update : {"c", "d_real", "d_fake", "g"}) {
      SCOPED_TRACE("step " + std::to_string(step));
      bind_batch(twin, update, step, random);
      twin.step(update, 1e-4);
    }
}

/// Kernels over neighbouring memory are one call and write whole blocks of 16 elements. What they write
/// behind the 5 and the 7 elements that exist belongs to no value and is not checked.
TEST(RunChecked, LooksAtValuesAlone) {
  Module module{.name = "blocks"};
  Function f{.name = "f"};
  Builder b(f);
  b.set_origin({"inverse", {}});
  for (const auto& [name, count] : {std::pair<std::string, std::int64_t>{"v", 5}, {"w", 7}}) {
    const Type type{DType::f32, {count}};
    module.variables.push_back({.name = name, .type = type, .initializer = {Initializer::Kind::constant, 2}});
    b.result(name, b.divide(1.0, b.variable(name, type)));
  }
  module.functions.push_back(std::move(f));
  Executor executor(compile(module), 1, /*seed=*/1);
  const auto id = executor.function("f");
  EXPECT_EQ(executor.program().functions[0].steps.size(), 1u);
  EXPECT_EQ(executor.run_checked(id), std::nullopt);
  EXPECT_EQ(executor.variable(1)[6], 0.5f);
  executor.variable(1)[6] = 0;
  EXPECT_EQ(executor.run_checked(id), "inverse.forward");
}

/// The losses of untrained nets whose 10 logits are near zero: Z is near 10.
TEST(Tutorial, BeginsAtTheLossesOfAnUndecidedNet) {
  for (const Schedule& schedule : {Schedule{}, all_onednn()}) {
    const Module module = module_of_file("mnist_stacked.toml");
    Executor executor(compile(module, schedule), 2, /*seed=*/3);
    std::mt19937 random(5);
    std::map<std::string, std::vector<std::byte>> memory;
    const std::pair<const char*, double> losses[] = {
        {"c", std::log(10)}, {"d_real", std::log(1.1)}, {"d_fake", std::log(11)}, {"g", std::log(1.1)}};
    for (const auto& [update, loss] : losses) {
      const auto id = executor.function(update);
      for (const auto& input : executor.program().function(update)->inputs) {
        Type type{input.dtype, input.extents};
        const bool open = type.shape[0] == kUnknownExtent;
        if (open) type.shape[0] = 100;
        const int end = input.name == "data.label" ? 10 : input.name == "data.image" ? 256 : 100;
        auto& bytes = memory[update + input.name];
        bytes = bytes_of(random_whole(type, end, random));
        executor.bind(executor.input(id, input.name), bytes.data(), open ? 100 : -1);
      }
      ASSERT_EQ(executor.run_checked(id), std::nullopt) << update;
      EXPECT_NEAR(executor.output(id, "loss")[0], loss, 0.05 * std::max(1.0, loss)) << update;
    }
  }
}

TEST(Teams, OfAnySizeComputeTheSame) {
  for (const int threads : {1, 3, 8}) {
    SCOPED_TRACE(std::to_string(threads) + " threads");
    Twin twin(module_of_text(text_of(SmallModel{.filters = 6})), {}, {}, threads);
    train(twin, 1);
  }
}

/// Passes that may be left out change no result.
TEST(WithoutAPass, ComputesTheSame) {
  for (const auto& pass : pipeline()) {
    if (pass.needed) continue;
    SCOPED_TRACE(pass.name);
    PassOptions passes;
    passes.disabled.insert(std::string(pass.name));
    passes.verify = true;
    Twin twin(module_of_text(text_of(SmallModel{.filters = 6})), {}, passes);
    train(twin, 1);
  }
}

}  // namespace
}  // namespace sganc
