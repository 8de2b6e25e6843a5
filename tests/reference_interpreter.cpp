// Functions as the interpreter runs them: bindings, results, initial values, and a composition from the
// tutorial.

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "compiler/graph/builder.h"
#include "compiler/reference/interpreter.h"

namespace sganc {
namespace {

Tensor vector(std::vector<double> data) {
  return {{DType::f32, {static_cast<std::int64_t>(data.size())}}, std::move(data)};
}

/// Returns a module whose function swaps the variables a and b, and returns a + x.
Module swapping_module() {
  Module module;
  module.variables = {{.name = "a", .type = {DType::f32, {2}}}, {.name = "b", .type = {DType::f32, {2}}}};
  module.functions = {{"swap", {}, {}}};
  Builder builder(module.functions[0]);
  const Value a = builder.variable("a", {DType::f32, {2}}), b = builder.variable("b", {DType::f32, {2}});
  builder.result("a", b);
  builder.result("b", a);
  builder.result("sum", builder.add(a, builder.input("x", {DType::f32, {2}})));
  return module;
}

std::string error_of(const Tensors& inputs) {
  const Module module = swapping_module();
  Tensors variables = {{"a", vector({1, 2})}, {"b", vector({3, 4})}};
  try {
    evaluate(module, module.functions[0], inputs, variables);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ReferenceInterpreter, VariablesChangeTogetherAtTheEnd) {
  const Module module = swapping_module();
  Tensors variables = {{"a", vector({1, 2})}, {"b", vector({3, 4})}};
  const Tensors outputs = evaluate(module, module.functions[0], {{"x", vector({10, 20})}}, variables);
  EXPECT_EQ(outputs, (Tensors{{"sum", vector({11, 22})}}));
  EXPECT_EQ(variables, (Tensors{{"a", vector({3, 4})}, {"b", vector({1, 2})}}));
}

TEST(ReferenceInterpreter, BindingsThatDoNotFit) {
  EXPECT_EQ(error_of({{"x", vector({1, 2})}}), "no error");
  EXPECT_EQ(error_of({}), "evaluate: nothing is bound to the input x");
  EXPECT_EQ(error_of({{"x", vector({1, 2, 3})}}),
            "evaluate: the input x is f32[2], but f32[3] with 3 elements is bound to it");
  EXPECT_EQ(error_of({{"x", {{DType::i32, {2}}, {1, 2}}}}),
            "evaluate: the input x is f32[2], but i32[2] with 2 elements is bound to it");
  EXPECT_EQ(error_of({{"x", {{DType::f32, {2}}, {1}}}}),
            "evaluate: the input x is f32[2], but f32[2] with 1 elements is bound to it");
}

TEST(ReferenceInterpreter, UnknownExtentsAreThoseOfTheBoundTensor) {
  Function function{"f", {}, {}};
  Builder b(function);
  const Value data = b.input("data", {DType::u8, {kUnknownExtent, 2}});
  b.convert(data, DType::f32);
  b.gather(data, b.input("index", {DType::i32, {1}}));
  const auto values = evaluate_nodes(
      function, {{"data", {{DType::u8, {3, 2}}, {1, 2, 3, 4, 5, 6}}}, {"index", {{DType::i32, {1}}, {2}}}},
      {});
  ASSERT_EQ(values.size(), 4u);
  EXPECT_EQ(values[1], (Tensor{{DType::f32, {3, 2}}, {1, 2, 3, 4, 5, 6}}));
  EXPECT_EQ(values[3], (Tensor{{DType::u8, {1, 2}}, {5, 6}}));
}

TEST(ReferenceInterpreter, InitialVariables) {
  Module module;
  const Type type{DType::f32, {3}};
  module.variables = {{.name = "z", .type = type},
                      {.name = "c", .type = type, .initializer = {Initializer::Kind::constant, 0.1}},
                      {.name = "u", .type = type, .initializer = {Initializer::Kind::uniform, 0.5}},
                      {.name = "n", .type = type, .initializer = {Initializer::Kind::normal, 0.02}}};
  const double tenth = 0.1f;
  const Tensors of_seed_0 = initial_variables(module, 0), of_seed_7 = initial_variables(module, 7);
  EXPECT_EQ(of_seed_0.size(), 4u);
  EXPECT_EQ(of_seed_0.at("z"), vector({0, 0, 0}));
  EXPECT_EQ(of_seed_0.at("c"), vector({tenth, tenth, tenth}));
  EXPECT_EQ(of_seed_0.at("u"), vector({0.3978627920150757, -0.06965965032577515, 0.2907853126525879}));
  EXPECT_EQ(of_seed_0.at("n"), vector({0.02453351765871048, -0.008163207210600376, -0.017397265881299973}));
  EXPECT_EQ(of_seed_7.at("u"), vector({0.27609527111053467, 0.25465869903564453, -0.3615754246711731}));
  EXPECT_EQ(of_seed_7.at("n"), vector({-0.017873939126729965, 0.013673287816345692, -0.008823033422231674}));
}

/// Computes D(x) = Z / (Z + 1) with Z = sum exp(x), as sigmoid of logsumexp.
double custom_activation(double logit) {
  Function function{"f", {}, {}};
  Builder b(function);
  const Value x = b.input("x", {DType::f32, {1, 3}});
  const Value largest = b.reduce_max(x, {1});
  const Value rest = b.subtract(x, b.broadcast(largest, {1, 3}, {0}));
  b.sigmoid(b.add(largest, b.log(b.reduce_sum(b.exp(rest), {1}))));
  return evaluate_nodes(function, {{"x", {{DType::f32, {1, 3}}, {logit, logit, logit}}}}, {}).back().data[0];
}

TEST(ReferenceInterpreter, CustomActivationOfTheTutorial) {
  EXPECT_NEAR(custom_activation(-10), 0.00013618124143106674, 1e-7 * 0.00013618124143106674);
  EXPECT_NEAR(custom_activation(-1), 0.5246331135813284, 1e-7);
  EXPECT_NEAR(custom_activation(0), 0.75, 1e-7);
  EXPECT_NEAR(custom_activation(1), 0.890768227426964, 1e-7);
  EXPECT_NEAR(custom_activation(10), 0.9999848669190928, 1e-7);
  for (double logit : {-10.0, -1.0, 0.0, 1.0, 10.0, 700.0}) {
    const double inverse = std::exp(-logit) / 3;
    EXPECT_NEAR(custom_activation(logit) * (1 + inverse), 1, 1e-12) << logit;
  }
}

}  // namespace
}  // namespace sganc
