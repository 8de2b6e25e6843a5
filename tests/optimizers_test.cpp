// Optimizers, by their samples and by the formulas of their papers; rates that change; gradients that are
// clipped.

#include <numbers>
#include <numeric>

#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"
#include "tests/layers_building.h"

namespace sganc {
namespace {

/// Adds a function that moves f.w by f.g.
void add_optimizer(Module& module, const std::string& name, const Optimizer& optimizer,
                   const std::map<std::string, KeyValue>& given, const Shape& shape) {
  Function& f = module.functions.emplace_back(Function{.name = name});
  Builder b(f);
  const Keys keys = keys_of(optimizer.keys, given);
  SingleOptimizer context(module, b, keys);
  const Value w = context.variable("w", shape, {Initializer::Kind::normal, 1});
  const Value g = context.variable("g", shape, {Initializer::Kind::normal, 0.01});
  b.result(context.full("w"), optimizer.build(context, w, g));
}

TEST(Optimizers, MoveAsTheReferenceDoes) {
  Module module{.name = "optimizers"};
  for (const auto* optimizer : all_optimizers())
    for (std::size_t i = 0; i < optimizer->samples.size(); ++i)
      for (const Shape& shape : {Shape{3}, Shape{7, 40}})
        add_optimizer(module, optimizer->name + "." + std::to_string(i) + "." + std::to_string(shape.size()),
                      *optimizer, optimizer->samples[i], shape);
  const std::string text = to_string(module);
  EXPECT_EQ(to_string(parse_module(text, "optimizers.graph")), text);
  Twin twin(std::move(module), {});
  std::mt19937 random(1);
  for (int step = 0; step < 5; ++step)
    for (const auto& f : twin.module.functions) {
      const Type type = twin.module.variable(f.name + ".g")->type;
      twin.set(f.name + ".g", random_tensor(type.shape, random, 0.1));
      twin.step(f.name, 1e-6);
    }
}

TEST(Optimizers, AdamIsTheFormulaOfItsPaper) {
  Module module{.name = "adam"};
  add_optimizer(module, "f", *find_optimizer("adam"),
                {{"rate", 0.1}, {"beta1", 0.5}, {"beta2", 0.9}, {"epsilon", 1e-3}}, {1});
  Tensors variables = initial_variables(module, 0);
  double w = 2, m = 0, v = 0;
  variables["f.w"].data = {w};
  for (int t = 1; t <= 4; ++t) {
    const double g = 0.3 * t - 0.5;
    variables["f.g"].data = {g};
    evaluate(module, module.functions[0], {}, variables);
    m = 0.5 * m + 0.5 * g;
    v = 0.9 * v + 0.1 * g * g;
    w -= 0.1 * std::sqrt(1 - std::pow(0.9, t)) / (1 - std::pow(0.5, t)) * m / (std::sqrt(v) + 1e-3);
    EXPECT_NEAR(variables["f.w"].data[0], w, 1e-12);
    EXPECT_NEAR(variables["f.m"].data[0], m, 1e-12);
    EXPECT_NEAR(variables["f.v"].data[0], v, 1e-12);
    EXPECT_EQ(variables["f.step"].data[0], t);
  }
}

TEST(Optimizers, SgdMovesAgainstTheGradient) {
  Module module{.name = "sgd"};
  add_optimizer(module, "f", *find_optimizer("sgd"), {{"rate", 0.25}}, {2});
  Tensors variables = {{"f.w", {{DType::f32, {2}}, {1, 2}}}, {"f.g", {{DType::f32, {2}}, {4, -8}}}};
  evaluate(module, module.functions[0], {}, variables);
  EXPECT_EQ(variables["f.w"].data, (std::vector<double>{0, 4}));
}

/// Returns f.w as the optimizer leaves it after each of `gradients`.
std::vector<double> path_of(const std::string& optimizer, const std::map<std::string, KeyValue>& keys,
                            double w, const std::vector<double>& gradients) {
  Module module{.name = "path"};
  add_optimizer(module, "f", *find_optimizer(optimizer), keys, {1});
  Tensors variables = initial_variables(module, 0);
  variables["f.w"].data = {w};
  std::vector<double> path;
  for (const double g : gradients) {
    variables["f.g"].data = {g};
    evaluate(module, module.functions[0], {}, variables);
    path.push_back(variables["f.w"].data[0]);
  }
  return path;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-12) << i;
}

const std::vector<double> kGradients = {-0.2, 0.1, 0.4, 0.7};

/// The formula is from PyTorch's documentation of SGD, without dampening.
TEST(Optimizers, SgdWithMomentumIsPyTorchs) {
  for (const bool nesterov : {false, true}) {
    double w = 2, v = 0;
    std::vector<double> expected;
    for (const double g : kGradients) {
      v = 0.75 * v + g;
      w -= 0.1 * (nesterov ? g + 0.75 * v : v);
      expected.push_back(w);
    }
    expect_near(path_of("sgd", {{"rate", 0.1}, {"momentum", 0.75}, {"nesterov", nesterov}}, 2, kGradients),
                expected);
  }
}

TEST(Optimizers, SgdWithoutMomentumHasNoState) {
  Module module{.name = "sgd"};
  add_optimizer(module, "f", *find_optimizer("sgd"), {{"rate", 0.25}}, {2});
  std::vector<std::string> names;
  for (const auto& v : module.variables) names.push_back(v.name);
  EXPECT_EQ(names, (std::vector<std::string>{"f.w", "f.g"}));
}

TEST(Optimizers, RmspropIsKerass) {
  double w = 2, v = 0;
  std::vector<double> expected;
  for (const double g : kGradients) {
    v = 0.8 * v + 0.2 * g * g;
    w -= 0.1 * g / std::sqrt(v + 1e-3);
    expected.push_back(w);
  }
  expect_near(path_of("rmsprop", {{"rate", 0.1}, {"rho", 0.8}, {"epsilon", 1e-3}}, 2, kGradients), expected);
}

TEST(Optimizers, AdamwDecaysBesideTheStepOfAdam) {
  double w = 2, m = 0, v = 0;
  std::vector<double> expected;
  for (int t = 1; t <= 4; ++t) {
    const double g = kGradients[static_cast<std::size_t>(t) - 1];
    m = 0.5 * m + 0.5 * g;
    v = 0.9 * v + 0.1 * g * g;
    w -= 0.1 * 0.3 * w;
    w -= 0.1 * std::sqrt(1 - std::pow(0.9, t)) / (1 - std::pow(0.5, t)) * m / (std::sqrt(v) + 1e-3);
    expected.push_back(w);
  }
  expect_near(
      path_of("adamw", {{"rate", 0.1}, {"decay", 0.3}, {"beta1", 0.5}, {"beta2", 0.9}, {"epsilon", 1e-3}}, 2,
              kGradients),
      expected);
}

std::string error_of_model(const std::string& from, const std::string& to) {
  std::string text = text_of(SmallModel{});
  text.replace(text.find(from), from.size(), to);
  try {
    module_of_text(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

/// The mistake is reported once, though two updates use the optimizer.
TEST(Optimizers, RefuseNesterovWithoutMomentum) {
  EXPECT_EQ(error_of_model("unsupervised = { kind = \"adam\", rate = 1e-2, beta1 = 0.5, epsilon = 1e-3 }",
                           "unsupervised = { kind = \"sgd\", rate = 1e-2, nesterov = true }"),
            "model.toml:47:56: error: nesterov needs a momentum greater than 0\n"
            "  47 | unsupervised = { kind = \"sgd\", rate = 1e-2, nesterov = true }\n"
            "     |                                                        ^^^^\n");
}

// Rates

/// Computes the rate with which an optimizer that has made `steps` steps makes the next one.
class RateOf {
 public:
  explicit RateOf(const Rate& rate) {
    Function& f = module_.functions.emplace_back(Function{.name = "f"});
    Builder b(f);
    const Keys keys = keys_of(find_optimizer("sgd")->keys, {{"rate", rate}});
    SingleOptimizer context(module_, b, keys);
    b.result("rate", rate_of(context));
  }

  double operator()(std::int64_t steps) {
    Tensors variables = {{"f.step", filled({DType::i32, {}}, static_cast<double>(steps))}};
    return evaluate(module_, module_.functions[0], {}, variables).at("rate").data[0];
  }

  Module& module() { return module_; }

 private:
  Module module_{.name = "rate"};
};

TEST(Rates, GoDownALine) {
  RateOf rate({.from = 3e-3, .shape = "linear", .begin = 100, .end = 1100});
  for (const std::int64_t s : {0, 1, 99, 100}) EXPECT_EQ(rate(s), 3e-3) << s;
  for (const std::int64_t s : {101, 350, 600, 1099})
    EXPECT_EQ(rate(s), (1 - static_cast<double>(s - 100) / 1000) * 3e-3) << s;
  for (const std::int64_t s : {1100, 1101, 5000}) EXPECT_EQ(rate(s), 0) << s;
}

TEST(Rates, GoUpALine) {
  RateOf rate({.from = 1, .to = 5, .shape = "linear", .end = 8});
  for (std::int64_t s = 0; s <= 8; ++s) EXPECT_EQ(rate(s), 1 + 0.5 * static_cast<double>(s));
  EXPECT_EQ(rate(9), 5);
}

TEST(Rates, GoDownHalfAWave) {
  RateOf rate({.from = 0.5, .to = 0.125, .shape = "cosine", .begin = 10, .end = 30});
  EXPECT_EQ(rate(0), 0.5);
  EXPECT_EQ(rate(10), 0.5);
  for (const std::int64_t s : {11, 15, 20, 27})
    EXPECT_EQ(rate(s),
              0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(s - 10) / 20)) * 0.375 + 0.125)
        << s;
  EXPECT_EQ(rate(30), 0.125);
  EXPECT_EQ(rate(31), 0.125);
}

TEST(Rates, WarmUp) {
  RateOf constant({.from = 0.5, .to = 0.5, .warmup = 4});
  std::vector<double> rates;
  for (std::int64_t s = 0; s < 6; ++s) rates.push_back(constant(s));
  EXPECT_EQ(rates, (std::vector<double>{0.125, 0.25, 0.375, 0.5, 0.5, 0.5}));
  RateOf both({.from = 1, .shape = "linear", .begin = 0, .end = 8, .warmup = 4});
  EXPECT_EQ(both(0), 0.25);
  EXPECT_EQ(both(2), 0.75 * 0.75);
  EXPECT_EQ(both(5), 0.375);
}

TEST(Rates, AreCompiledAsTheReferenceHasThem) {
  for (const char* shape : {"linear", "cosine"}) {
    RateOf rate({.from = 3e-3, .to = 1e-4, .shape = shape, .begin = 2, .end = 11, .warmup = 3});
    Twin twin(std::move(rate.module()), {});
    for (int step = 0; step < 13; ++step) twin.step("f", 5e-6);  // of the cosine of pi
  }
}

/// SGD moves a weight by the rate if the gradient is 1.
TEST(Rates, CountTheStepsOfTheirOptimizer) {
  const auto w =
      path_of("sgd", {{"rate", Rate{.from = 0.5, .shape = "linear", .end = 4}}}, 2, {1, 1, 1, 1, 1});
  EXPECT_EQ(w, (std::vector<double>{1.5, 1.125, 0.875, 0.75, 0.75}));
}

// Clipping

/// Returns the small model with a critic that SGD moves with a rate of 1. `keys` clip its gradients.
Module clipping(const std::string& keys) {
  std::string text = text_of(SmallModel{});
  const auto replace = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("unsupervised = { kind = \"adam\", rate = 1e-2, beta1 = 0.5, epsilon = 1e-3 }",
          "unsupervised = { kind = \"sgd\", rate = 1 }");
  replace("name      = \"d_fake\"", "name      = \"d_fake\"\n" + keys);
  return module_of_text(text);
}

/// The weights of the critic before and after the first step of d_fake, which is compared with the reference.
struct Step {
  std::vector<double> before, after;
};

Step step_of(const std::string& keys, double tolerance = 2e-5) {
  Twin twin(clipping(keys), {});
  std::mt19937 random(5);
  for (const auto& v : twin.module.variables)
    if (v.role == Role::weight) twin.set(v.name, random_tensor(v.type.shape, random, 0.5));
  const Tensors before = twin.truth;
  bind_batch(twin, "d_fake", 1, random);
  twin.step("d_fake", tolerance);
  Step step;
  for (const auto& v : twin.module.variables)
    if (v.role == Role::weight && v.net != "generator")
      for (std::size_t i = 0; i < before.at(v.name).data.size(); ++i) {
        step.before.push_back(before.at(v.name).data[i]);
        step.after.push_back(twin.truth.at(v.name).data[i]);
      }
  return step;
}

/// Returns what d_fake subtracts from the weights.
std::vector<double> first_step(const std::string& keys) {
  const auto [before, after] = step_of(keys);
  std::vector<double> step;
  for (std::size_t i = 0; i < before.size(); ++i) step.push_back(before[i] - after[i]);
  return step;
}

double length_of(const std::vector<double>& v) {
  return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
}

TEST(Clipping, ScalesAllGradientsToALength) {
  const auto whole = first_step("");
  const double length = length_of(whole);
  ASSERT_GT(length, 0.1);
  const auto clipped = first_step("clip_norm = 0.05");
  EXPECT_NEAR(length_of(clipped), 0.05, 1e-9);
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(clipped[i], whole[i] * 0.05 / length, 1e-9);
}

TEST(Clipping, LeavesShorterGradientsExactlyAsTheyAre) {
  EXPECT_EQ(first_step("clip_norm = 1e6"), first_step(""));
  EXPECT_EQ(first_step("clip_value = 1e6"), first_step(""));
}

TEST(Clipping, LimitsEachElementAndThenTheLength) {
  const auto whole = first_step("");
  auto limited = whole;
  for (double& x : limited) x = std::clamp(x, -0.01, 0.01);
  ASSERT_NE(limited, whole);
  const auto clipped = first_step("clip_value = 0.01");
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(clipped[i], limited[i], 1e-9);
  const double length = length_of(limited);
  ASSERT_GT(length, 0.02);
  const auto both = first_step("clip_value = 0.01\nclip_norm = 0.02");
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(both[i], limited[i] * 0.02 / length, 1e-9);
}

TEST(Clipping, LimitsTheWeightsAfterTheStep) {
  // Errors are measured by the largest weight, which is smaller if weights are limited.
  const auto free = step_of(""), clipped = step_of("clip_weights = 0.25", 1e-3);
  std::size_t limited = 0;
  for (std::size_t i = 0; i < free.before.size(); ++i) {
    if (free.before[i] == free.after[i]) continue;  // perhaps not trained
    EXPECT_EQ(clipped.after[i], std::clamp(free.after[i], -0.25, 0.25));
    limited += std::abs(free.after[i]) > 0.25;
  }
  EXPECT_GT(limited, 10u);
}

TEST(Sgd, DecayIsAddedToTheGradient) {
  const auto whole = path_of("sgd", {{"rate", 0.5}, {"decay", 0.1}}, 2, {1});
  EXPECT_EQ(whole, (std::vector<double>{2 - 0.5 * (1 + 0.1 * 2)}));
  // A weight with one axis is no kernel.
  const auto kernels =
      path_of("sgd", {{"rate", 0.5}, {"decay", 0.1}, {"decay_of", std::string("kernels")}}, 2, {1});
  EXPECT_EQ(kernels, (std::vector<double>{1.5}));
}

}  // namespace
}  // namespace sganc
