// The gradient rule of every primitive, and its derivative, against finite differences of the reference; and
// which gradients an update computes.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "compiler/gradient/rules.h"
#include "compiler/reference/interpreter.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

enum class Numbers { any, positive, flags, whole };

struct Operand {
  Shape shape;
  Numbers numbers = Numbers::any;
};

/// One node to differentiate.
struct Sample {
  Op op;
  std::vector<Operand> operands;
  Attributes attributes = {};
  Type declared = {};
};

const Attributes kStrided{.strides = {2, 1}, .pads = {1, 0, 0, 2}};
const Attributes kGrouped{.strides = {2, 1}, .pads = {1, 0, 0, 2}, .dilations = {1, 2}, .groups = 2};

Attributes shaped(Attributes attributes, Shape shape) {
  attributes.shape = std::move(shape);
  return attributes;
}

// x {2, 5, 4, 3}, w {2, 3, 3, 2}, y {2, 2, 5, 2}
const std::vector<Sample> kSamples = {
    {Op::variable, {}, {.name = "v"}, {DType::f32, {2}}},
    {Op::input, {}, {.name = "i"}, {DType::f32, {2}}},
    {Op::constant, {}, {.value = 2}, {DType::f32, {2}}},
    {Op::iota, {}, {.axes = {0}}, {DType::f32, {2}}},
    {Op::random, {{{4}, Numbers::whole}}, {.stream = 1}, {DType::f32, {3}}},
    {Op::negate, {{{3}}}},
    {Op::exp, {{{3}}}},
    {Op::log, {{{3}, Numbers::positive}}},
    {Op::sqrt, {{{3}, Numbers::positive}}},
    {Op::tanh, {{{3}}}},
    {Op::cos, {{{3}}}},
    {Op::stop_gradient, {{{3}}}},
    {Op::convert, {{{3}}}, {.dtype = DType::i32}},
    {Op::add, {{{2, 3}}, {{2, 3}}}},
    {Op::subtract, {{{2, 3}}, {{2, 3}}}},
    {Op::multiply, {{{2, 3}}, {{2, 3}}}},
    {Op::divide, {{{2, 3}}, {{2, 3}, Numbers::positive}}},
    {Op::maximum, {{{4, 3}}, {{4, 3}}}},
    {Op::minimum, {{{4, 3}}, {{4, 3}}}},
    {Op::greater, {{{4}}, {{4}}}},
    {Op::equal, {{{4}}, {{4}}}},
    {Op::select, {{{12}, Numbers::flags}, {{12}}, {{12}}}},
    {Op::broadcast, {{{3}}}, {.shape = {2, 3, 4}, .axes = {1}}},
    {Op::broadcast, {{{2, 4}}}, {.shape = {2, 3, 4}, .axes = {0, 2}}},
    {Op::broadcast, {{{}}}, {.shape = {2, 3}, .axes = {}}},
    {Op::broadcast, {{{2, 3}}}, {.shape = {2, 3}, .axes = {0, 1}}},
    {Op::reduce_sum, {{{2, 3, 4}}}, {.axes = {0, 2}}},
    {Op::reduce_sum, {{{3}}}, {.axes = {0}}},
    {Op::reduce_max, {{{2, 5}}}, {.axes = {1}}},
    {Op::reduce_max, {{{2, 3, 2}}}, {.axes = {0, 2}}},
    {Op::view, {{{2, 6}}}, {.shape = {3, 4}}},
    {Op::transpose, {{{2, 3, 4}}}, {.axes = {2, 0, 1}}},
    {Op::pad, {{{2, 3}}}, {.low = {1, 0}, .high = {0, 2}}},
    {Op::slice, {{{4, 3}}}, {.shape = {2, 2}, .low = {1, 1}}},
    {Op::gather, {{{4, 3}}, {{2}, Numbers::whole}}},
    {Op::gather, {{{2, 4, 3}}, {{2, 2, 2}, Numbers::whole}}, {.axes = {0}}},
    {Op::scatter_add, {{{2, 3}}, {{2}, Numbers::whole}}, {.shape = {4, 3}}},
    {Op::scatter_add, {{{2, 5, 3}}, {{2, 5}, Numbers::whole}}, {.shape = {2, 4, 3}, .axes = {0}}},
    {Op::matmul, {{{2, 3}}, {{3, 4}}}},
    {Op::matmul, {{{3, 2}}, {{3, 4}}}, {.transpose_a = true}},
    {Op::matmul, {{{2, 3}}, {{4, 3}}}, {.transpose_b = true}},
    {Op::matmul, {{{3, 2}}, {{4, 3}}}, {.transpose_a = true, .transpose_b = true}},
    {Op::conv, {{{2, 5, 4, 3}}, {{2, 3, 3, 2}}}, kStrided},
    {Op::conv_backward_data, {{{2, 2, 5, 2}}, {{2, 3, 3, 2}}}, shaped(kStrided, {2, 5, 4, 3})},
    {Op::conv_backward_weights, {{{2, 5, 4, 3}}, {{2, 2, 5, 2}}}, shaped(kStrided, {2, 3, 3, 2})},
    {Op::conv, {{{2, 5, 4, 4}}, {{2, 2, 3, 2}}}, kGrouped},
    {Op::conv_backward_data, {{{2, 2, 4, 2}}, {{2, 2, 3, 2}}}, shaped(kGrouped, {2, 5, 4, 4})},
    {Op::conv_backward_weights, {{{2, 5, 4, 4}}, {{2, 2, 4, 2}}}, shaped(kGrouped, {2, 2, 3, 2})},
};

std::string name_of(std::size_t operand) {
  return "x" + std::to_string(operand);
}

Tensor numbers_for(const Operand& operand, std::mt19937& random) {
  std::normal_distribution<double> normal;
  Tensor tensor = filled({operand.numbers == Numbers::whole ? DType::i32 : DType::f32, operand.shape});
  for (double& x : tensor.data) {
    x = normal(random);
    if (operand.numbers == Numbers::positive) x = std::abs(x) + 0.5;
    if (operand.numbers == Numbers::flags) x = x > 0 ? 1 : 0;
    if (operand.numbers == Numbers::whole) x = static_cast<int>(std::abs(x));
  }
  return tensor;
}

/// A function of one node of a sample; its loss is the sum of the result's elements, each with a weight of
/// its own.
struct Differentiated {
  Function function{.name = "f"};
  Builder b{function};
  Tensors inputs;
  std::vector<Value> operands;
  Value node, loss;
  std::mt19937 random{1};

  explicit Differentiated(const Sample& sample) {
    for (const auto& operand : sample.operands) {
      const auto name = name_of(operands.size());
      inputs[name] = numbers_for(operand, random);
      operands.push_back(b.input(name, inputs[name].type));
    }
    node = b.add_node(sample.op, operands, sample.attributes, sample.declared);
    loss = weighted(node);
  }

  Value weighted(Value v) {
    const auto name = "w" + std::to_string(function.nodes.size());
    inputs[name] = numbers_for({b.shape(v)}, random);
    return b.sum_all(b.multiply(b.convert(v, DType::f32), b.input(name, inputs[name].type)));
  }

  Tensor value_of(Value v) const {
    return evaluate_nodes(function, inputs, {})[static_cast<std::size_t>(v.id)];
  }

  /// d `scalar` / d operand, by central differences.
  Tensor slope(Value scalar, std::size_t operand) {
    constexpr double h = 1e-5;
    Tensor& x = inputs.at(name_of(operand));
    Tensor result = filled(x.type);
    for (std::size_t i = 0; i < x.data.size(); ++i) {
      const double before = x.data[i];
      x.data[i] = before + h;
      const double above = value_of(scalar).data[0];
      x.data[i] = before - h;
      result.data[i] = (above - value_of(scalar).data[0]) / (2 * h);
      x.data[i] = before;
    }
    return result;
  }

  /// Compares the gradient's value with the slope; returns whether it has an element other than 0.
  bool check(Value scalar, Value gradient, std::size_t operand) {
    const Tensor expected = slope(scalar, operand);
    const Tensor actual = gradient.id < 0 ? filled(expected.type) : value_of(gradient);
    EXPECT_EQ(actual.type, expected.type);
    for (std::size_t i = 0; i < expected.data.size(); ++i)
      EXPECT_NEAR(actual.data[i], expected.data[i], 1e-8 * (1 + std::abs(expected.data[i])))
          << name_of(operand) << " element " << i;
    return std::ranges::any_of(actual.data, [](double g) { return g != 0; });
  }
};

std::vector<Sample> samples_of(Op op) {
  std::vector<Sample> samples;
  std::ranges::copy_if(kSamples, std::back_inserter(samples), [&](const auto& s) { return s.op == op; });
  return samples;
}

TEST(Gradient, OfEveryPrimitiveIsItsSlope) {
  for (const auto& op : all_ops()) {
    SCOPED_TRACE(std::string(op.name));
    const auto& rules = gradient_rules(op.op);
    EXPECT_FALSE(samples_of(op.op).empty()) << "no sample";
    EXPECT_EQ(std::ssize(rules), op.operands);
    for (const auto& sample : samples_of(op.op)) {
      Differentiated d(sample);
      const auto gradients = gradient(d.b, d.loss, d.operands);
      for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i])
          EXPECT_TRUE(d.check(d.loss, gradients[i], i)) << "all gradients are zero";
        else
          EXPECT_EQ(gradients[i], Value{}) << "operand " << i << " has no rule";
      }
    }
  }
}

/// Gradients are differentiable in turn: the sum of all first gradients, weighted, against its slope.
TEST(Gradient, OfEveryGradientIsItsSlope) {
  for (const auto& sample : kSamples) {
    SCOPED_TRACE(std::string(info(sample.op).name));
    const auto& rules = gradient_rules(sample.op);
    Differentiated d(sample);
    std::vector<Value> targets;
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (rules[i]) targets.push_back(d.operands[i]);
    if (targets.empty()) continue;
    Value sum = d.b.constant(0, {});
    for (Value g : gradient(d.b, d.loss, targets)) sum = d.b.add(sum, d.weighted(g));
    const auto second = gradient(d.b, sum, d.operands);
    bool any = false;
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (rules[i]) any = d.check(sum, second[i], i) || any;
    const bool curved = info(sample.op).kind == OpClass::product || sample.op == Op::exp ||
                        sample.op == Op::log || sample.op == Op::sqrt || sample.op == Op::tanh ||
                        sample.op == Op::cos || sample.op == Op::multiply || sample.op == Op::divide;
    EXPECT_EQ(any, curved);
  }
}

TEST(Gradient, OfElementsThatShareTheMaximumIsShared) {
  Function f{.name = "f"};
  Builder b(f);
  const Value x = b.input("x", {DType::f32, {4}});
  const Value g = gradient(b, b.reduce_max(x, {0}), {x})[0];
  const auto values = evaluate_nodes(f, {{"x", {{DType::f32, {4}}, {2, 5, 5, 1}}}}, {});
  EXPECT_EQ(values[static_cast<std::size_t>(g.id)].data, (std::vector<double>{0, 0.5, 0.5, 0}));
}

TEST(Gradient, OfAValueReadTwiceIsTheSum) {
  Function f{.name = "f"};
  Builder b(f);
  const Value x = b.input("x", {DType::f32, {}});
  const Value cube = b.multiply(x, b.multiply(x, x));
  const Value g = gradient(b, cube, {x})[0];
  const auto values = evaluate_nodes(f, {{"x", {{DType::f32, {}}, {2}}}}, {});
  EXPECT_EQ(values[static_cast<std::size_t>(g.id)].data, (std::vector<double>{12}));
}

TEST(Gradient, OfWhatTheLossDoesNotReadIsNone) {
  Function f{.name = "f"};
  Builder b(f);
  const Value x = b.input("x", {DType::f32, {}}), y = b.input("y", {DType::f32, {}});
  b.add(x, y);
  const Value loss = b.exp(x);
  const std::size_t before = f.nodes.size();
  EXPECT_EQ(gradient(b, loss, {y, Value{}}), (std::vector<Value>{{}, {}}));
  EXPECT_EQ(f.nodes.size(), before);
}

/// The products of a function that differentiation made: "trunk.conv_1 conv_backward_data".
std::vector<std::string> gradient_products(const Function& f) {
  std::vector<std::string> products;
  for (const auto& n : f.nodes)
    if (n.origin.gradient && info(n.op).kind == OpClass::product)
      products.push_back(n.origin.part + " " + std::string(info(n.op).name));
  return products;
}

std::vector<std::string> assigned(const Module& m, const Function& f) {
  std::vector<std::string> names;
  for (const auto& r : f.results)
    if (m.variable(r.name)) names.push_back(r.name);
  return names;
}

class Updates : public testing::Test {
 protected:
  const Module module = module_of_file("mnist_stacked.toml");
};

TEST_F(Updates, OfTheGeneratorPassThroughTheDiscriminatorAlone) {
  const Function& g = *module.function("g");
  EXPECT_EQ(gradient_products(g),
            (std::vector<std::string>{
                "logits.dense_1 matmul", "trunk.conv_3 conv_backward_data", "trunk.conv_2 conv_backward_data",
                "trunk.conv_1 conv_backward_data", "generator.conv_1 conv_backward_data",
                "generator.conv_1 conv_backward_weights", "generator.conv_transpose_2 conv",
                "generator.conv_transpose_2 conv_backward_weights", "generator.conv_transpose_1 conv",
                "generator.conv_transpose_1 conv_backward_weights", "generator.dense_1 matmul"}));
  EXPECT_EQ(assigned(module, g),
            (std::vector<std::string>{
                "gradient.generator.dense_1.weight", "gradient.generator.dense_1.bias",
                "gradient.generator.conv_transpose_1.weight", "gradient.generator.conv_transpose_1.bias",
                "gradient.generator.conv_transpose_2.weight", "gradient.generator.conv_transpose_2.bias",
                "gradient.generator.conv_1.weight", "gradient.generator.conv_1.bias"}));
}

TEST_F(Updates, OfTheDiscriminatorStopAtTheirFirstWeights) {
  for (const char* name : {"c", "d_real", "d_fake"}) {
    SCOPED_TRACE(name);
    const Function& d = *module.function(name);
    EXPECT_EQ(gradient_products(d),
              (std::vector<std::string>{
                  "logits.dense_1 matmul", "logits.dense_1 matmul", "trunk.conv_3 conv_backward_data",
                  "trunk.conv_3 conv_backward_weights", "trunk.conv_2 conv_backward_data",
                  "trunk.conv_2 conv_backward_weights", "trunk.conv_1 conv_backward_weights"}));
    for (const auto& n : d.nodes)
      EXPECT_FALSE(n.origin.gradient && n.origin.part.starts_with("generator")) << n.origin.part;
    EXPECT_EQ(assigned(module, d),
              (std::vector<std::string>{"gradient.trunk.conv_1.weight", "gradient.trunk.conv_1.bias",
                                        "gradient.trunk.conv_2.weight", "gradient.trunk.conv_2.bias",
                                        "gradient.trunk.conv_3.weight", "gradient.trunk.conv_3.bias",
                                        "gradient.logits.dense_1.weight", "gradient.logits.dense_1.bias"}));
  }
}

TEST_F(Updates, KeepAStateForEachOptimizer) {
  EXPECT_EQ(assigned(module, *module.function("d_real.apply")),
            assigned(module, *module.function("d_fake.apply")));
  for (const char* state : {"supervised.m.trunk.conv_1.weight", "unsupervised.m.trunk.conv_1.weight",
                            "supervised.step", "unsupervised.step", "generator.step"})
    EXPECT_NE(module.variable(state), nullptr) << state;
  EXPECT_EQ(module.variable("supervised.m.generator.dense_1.weight"), nullptr);
}

TEST(Training, RefusesANetWithoutWeights) {
  std::string text = text_of(SmallModel{});
  const std::string words = R"(["trunk", "logits"])";
  text.replace(text.find(words), words.size(), R"(["trunk", "classifier"])");
  std::string message;
  try {
    module_of_text(text);
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  EXPECT_EQ(
      message,
      "model.toml:54:23: error: update \"c\" trains \"classifier\", but its loss depends on no weight of it\n"
      "  54 | train     = [\"trunk\", \"classifier\"]\n"
      "     |                       ^^^^^^^^^^^^\n");
}

}  // namespace
}  // namespace sganc
