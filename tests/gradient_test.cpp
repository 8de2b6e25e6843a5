// The gradient rule of every primitive, and its derivative, against finite differences of the reference; and
// which gradients an update computes.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "compiler/gradient/gradient.h"
#include "compiler/reference/interpreter.h"
#include "tests/compiled_model.h"
#include "tests/primitive_samples.h"

namespace sganc {
namespace {

/// Keeps finite differences of each element fast.
constexpr std::int64_t kMostElements = 300;

/// Returns the samples of the row that have few elements.
std::vector<RowSample> small_samples_of(const Primitive& row) {
  auto samples = samples_of(row);
  std::erase_if(samples, [](const RowSample& of) {
    std::int64_t elements = of.sample.declared.elements();
    for (const auto& operand : of.sample.operands) elements += operand.type.elements();
    return elements > kMostElements;
  });
  return samples;
}

std::string name_of(std::size_t operand) {
  return "x" + std::to_string(operand);
}

/// A function of one node of a sample; its loss is the sum of the result's elements, each with a weight of
/// its own.
struct Differentiated {
  Function function{.name = "f"};
  Builder b{function};
  Tensors inputs;
  std::vector<Value> operands;
  std::vector<std::size_t> differentiable;  // those operands to which a gradient flows
  Value node, loss;
  std::mt19937 random{1};

  explicit Differentiated(const RowSample& of) {
    for (const auto& operand : of.sample.operands) {
      const auto name = name_of(operands.size());
      inputs[name] = numbers_for(operand, random);
      operands.push_back(b.input(name, inputs[name].type));
    }
    node = b.add_node(of.row->info.op, operands, of.sample.attributes, of.sample.declared);
    loss = weighted(node);
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (of.row->gradient[i] && b.type(operands[i]).dtype == DType::f32) differentiable.push_back(i);
  }

  Value weighted(Value v) {
    const auto name = "w" + std::to_string(function.nodes.size());
    inputs[name] = numbers_for({{DType::f32, b.shape(v)}}, random);
    return b.sum_all(b.multiply(b.convert(v, DType::f32), b.input(name, inputs[name].type)));
  }

  Tensor value_of(Value v) const {
    return evaluate_nodes(function, inputs, {})[static_cast<std::size_t>(v.id)];
  }

  /// Returns d `scalar` / d operand by central differences.
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

TEST(Gradient, OfEveryPrimitiveIsItsSlope) {
  for (const Primitive* row : all_primitives()) {
    SCOPED_TRACE(std::string(row->info.name));
    const auto samples = small_samples_of(*row);
    EXPECT_FALSE(samples.empty()) << "no sample has at most " << kMostElements << " elements";
    std::set<std::size_t> moved;  // operands to which a gradient other than 0 flowed
    for (const auto& sample : samples) {
      Differentiated d(sample);
      const auto gradients = gradient(d.b, d.loss, d.operands);
      for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (std::ranges::find(d.differentiable, i) == d.differentiable.end())
          EXPECT_EQ(gradients[i], Value{}) << "operand " << i << " has no rule";
        else if (d.check(d.loss, gradients[i], i))
          moved.insert(i);
      }
    }
    for (std::size_t i = 0; i < std::size(row->gradient); ++i)
      EXPECT_EQ(moved.contains(i), row->gradient[i] != nullptr)
          << "all gradients of operand " << i << " are 0";
  }
}

/// Gradients are differentiable too: that of a weighted sum of all gradients is compared with its slope.
TEST(Gradient, OfEveryGradientIsItsSlope) {
  for (const Primitive* row : all_primitives()) {
    SCOPED_TRACE(std::string(row->info.name));
    bool any = false;
    for (const auto& sample : small_samples_of(*row)) {
      Differentiated d(sample);
      std::vector<Value> targets;
      for (std::size_t i : d.differentiable) targets.push_back(d.operands[i]);
      if (targets.empty()) continue;
      Value sum = d.b.constant(0, {});
      for (Value g : gradient(d.b, d.loss, targets)) sum = d.b.add(sum, d.weighted(g));
      const auto second = gradient(d.b, sum, d.operands);
      for (std::size_t i : d.differentiable) any = d.check(sum, second[i], i) || any;
    }
    EXPECT_EQ(any, row->curved);
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

/// Returns the products of a function that differentiation made: "trunk.conv_1 conv_backward_data".
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
