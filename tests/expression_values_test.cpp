// The values of expressions of literals, by the reference; layers as functions; lists; and what is said
// about wrong ones.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "compiler/language/check_expression.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "compiler/reference/interpreter.h"
#include "tests/compiled_model.h"
#include "tests/layers_building.h"

namespace sganc {
namespace {

using Numbers = std::vector<double>;

Function function_of(const std::string& text) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"e", text});
  const Expression e = parse_expression(text, {file, 1, 1, 1});
  Diagnostics diagnostics;
  check_expression(e, {.functions = vocabulary().functions, .in_update = false}, diagnostics);
  if (!diagnostics.empty()) throw UserError{diagnostics.items()[0]};
  return build_expressions({{"y", e}});
}

Tensor tensor_of(const std::string& text) {
  const Function f = function_of(text);
  Tensors none;
  return evaluate({}, f, {}, none).at("y");
}

Numbers numbers_of(const std::string& text) {
  return tensor_of(text).data;
}

std::string mistake(const std::string& text) {
  try {
    return "no mistake: " + to_string(function_of(text));
  } catch (const UserError& error) {
    const auto& [where, message, help, details] = error.diagnostic;
    return std::to_string(where.column) + "+" + std::to_string(where.length) + " " + message;
  }
}

void expect_near(const std::string& text, const Numbers& expected) {
  SCOPED_TRACE(text);
  const Numbers actual = numbers_of(text);
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(actual[i], expected[i], 1e-14 * std::abs(expected[i])) << i;
}

TEST(ExpressionValues, OfElementaryFunctions) {
  expect_near("exp([0, 1, -2])", {1, std::exp(1), std::exp(-2)});
  expect_near("log([1, 2, 0.1])", {0, std::log(2), std::log(0.1)});
  expect_near("sqrt([0, 2, 9])", {0, std::sqrt(2), 3});
  expect_near("square([0, -3, 0.5])", {0, 9, 0.25});
  expect_near("abs([0, -3, 0.5])", {0, 3, 0.5});
  expect_near("softplus([0, -3, 2])", {std::log(2), std::log1p(std::exp(-3)), 2 + std::log1p(std::exp(-2))});
  expect_near("max([1, -2, 3], [0, 0, 4])", {1, 0, 4});
  expect_near("max([1, -2], 0)", {1, 0});
  expect_near("max(0, [1, -2])", {1, 0});
  expect_near("min([1, -2, 3], [0, 0, 4])", {0, -2, 3});
  expect_near("min(2, 1)", {1});
  expect_near("sum([[1, 2], [3, 4]])", {10});
  expect_near("sum(3)", {3});
  expect_near("batch_mean([[1, 2], [3, 4]])", {2, 3});
  expect_near("mean([[1, 2], [3, 4]])", {2.5});
}

TEST(ExpressionValues, OfFarNumbersAreFinite) {
  EXPECT_EQ(numbers_of("softplus([-1000, 1000])"), (Numbers{0, 1000}));
  EXPECT_EQ(numbers_of("logsumexp([-1000, 1000])"), (Numbers{1000}));
  EXPECT_EQ(numbers_of("sigmoid([-1000, 1000])"), (Numbers{0, 1}));
  EXPECT_EQ(numbers_of("softmax([-1000, 1000])"), (Numbers{0, 1}));
}

TEST(ExpressionValues, OfOperators) {
  EXPECT_EQ(numbers_of("1 + [1, 2] * 2 - [1, 4] / 2"), (Numbers{2.5, 3}));
  EXPECT_EQ(numbers_of("2 / [1, 4]"), (Numbers{2, 0.5}));
  EXPECT_EQ(numbers_of("-[1, -4]"), (Numbers{-1, 4}));
  EXPECT_EQ(numbers_of("1 - -2"), (Numbers{3}));
}

TEST(ExpressionValues, OfComparisons) {
  EXPECT_EQ(numbers_of("[1, 2, 3] > 2"), (Numbers{0, 0, 1}));
  EXPECT_EQ(numbers_of("[1, 2, 3] < 2"), (Numbers{1, 0, 0}));
  EXPECT_EQ(numbers_of("[1, 2, 3] >= 2"), (Numbers{0, 1, 1}));
  EXPECT_EQ(numbers_of("[1, 2, 3] <= 2"), (Numbers{1, 1, 0}));
  EXPECT_EQ(numbers_of("2 == [1, 2, 3]"), (Numbers{0, 1, 0}));
  EXPECT_EQ(numbers_of("[0 / 0 > 1, 0 / 0 >= 1, 0 / 0 <= 1, 0 / 0 == 0 / 0]"), (Numbers{0, 0, 0, 0}));
  EXPECT_EQ(numbers_of("1 + 1 > 3 * 0.5"), (Numbers{1}));
  EXPECT_EQ(numbers_of("(2 > 1) + (2 == 2) + (1 > 2)"), (Numbers{2}));
  EXPECT_EQ(mistake("1 < [1, 2] < 3"), "12+1 a comparison cannot be compared again");
  EXPECT_EQ(mistake("[1, 2] > [1, 2, 3]"),
            "8+1 > needs two values of one shape, or a number on one side, not [2] and [3]");
}

TEST(ExpressionValues, OfChoices) {
  EXPECT_EQ(numbers_of("clip([-2, 0.5, 7], -1, 3)"), (Numbers{-1, 0.5, 3}));
  EXPECT_EQ(numbers_of("clip([-2, 0.5, 7], [0, 1, 2], 3)"), (Numbers{0, 1, 3}));
  EXPECT_EQ(numbers_of("where([1, 0, -2], [3, 4, 5], 0)"), (Numbers{3, 0, 5}));
  EXPECT_EQ(numbers_of("where(2 > 1, [3, 4], [5, 6])"), (Numbers{3, 4}));
  EXPECT_EQ(numbers_of("where(0, 3, 4)"), (Numbers{4}));
  EXPECT_EQ(numbers_of("stop_gradient([1, 2])"), (Numbers{1, 2}));
}

TEST(ExpressionValues, OfClasses) {
  EXPECT_EQ(tensor_of("one_hot([0, 2], 3)"), (Tensor{{DType::f32, {2, 3}}, {1, 0, 0, 0, 0, 1}}));
  EXPECT_EQ(tensor_of("one_hot(1, 2)"), (Tensor{{DType::f32, {2}}, {0, 1}}));
  EXPECT_EQ(numbers_of("one_hot([3, -1, 0.5], 2)"), Numbers(6, 0.0));
  EXPECT_EQ(tensor_of("argmax([[1, 3, 2], [9, 1, 9]])"), (Tensor{{DType::f32, {2}}, {1, 0}}));
  EXPECT_EQ(tensor_of("argmax([1, 3])"), (Tensor{{DType::f32, {}}, {1}}));
  EXPECT_EQ(tensor_of("largest([[1, 3, 2], [9, 1, 9]])"), (Tensor{{DType::f32, {2}}, {3, 9}}));
  EXPECT_EQ(mistake("one_hot([1], 2.5)"), "1+7 one_hot needs the number of classes, not 2.5");
  EXPECT_EQ(mistake("one_hot(one_hot(one_hot(1, 1000), 1000), 1000)"),
            "1+7 one_hot of [1000, 1000] with 1000 classes is too large");
}

TEST(ExpressionValues, OfLosses) {
  EXPECT_EQ(numbers_of("l1([1, 2], [3, 5])"), (Numbers{2.5}));
  EXPECT_EQ(numbers_of("hinge([0.5, -2, 3], 1)"), (Numbers{3.5 / 3}));
  EXPECT_EQ(numbers_of("hinge([0.5, -2, 3], -1)"), (Numbers{5.5 / 3}));
  expect_near("entropy([0.5, 0.25, 0.25, 0])", {1.5 * std::log(2)});
  expect_near("entropy([[0.5, 0.5], [1, 0]])", {0.5 * std::log(2)});
  expect_near("entropy(softmax([[1, 1, 1, 1], [7, 7, 7, 7]]))", {std::log(4)});
  expect_near("kl([0.5, 0.5], [0.25, 0.75])", {0.5 * std::log(2) + 0.5 * std::log(2.0 / 3)});
  expect_near("kl([[0.5, 0.5], [0.3, 0.7]], [[0.25, 0.75], [0.3, 0.7]])",
              {0.25 * std::log(2) + 0.25 * std::log(2.0 / 3)});
  EXPECT_EQ(numbers_of("kl([0.5, 0.5], [0.5, 0.5])"), (Numbers{0}));
}

/// Nothing overflows or vanishes if the logits are known, also through stop_gradient.
TEST(ExpressionValues, OfLossesOfFarLogits) {
  EXPECT_EQ(numbers_of("entropy(softmax([1000, 0, -1000]))"), (Numbers{0}));
  EXPECT_EQ(numbers_of("kl(softmax([1000, 0]), softmax([0, 1000]))"), (Numbers{1000}));
  EXPECT_EQ(numbers_of("kl(stop_gradient(softmax([1000, 0])), stop_gradient(softmax([0, 1000])))"),
            (Numbers{1000}));
  EXPECT_EQ(numbers_of("bce(stop_gradient(sigmoid(-1000)), 1)"), (Numbers{1000}));
}

TEST(ExpressionValues, OfCrossEntropies) {
  const std::string p = "cross_entropy([[0.5, 0.5], [0.25, 0.75]], ";
  expect_near(p + "[0, 1])", {-(std::log(0.5) + std::log(0.75)) / 2});
  expect_near(p + "1)", {-(std::log(0.5) + std::log(0.75)) / 2});
  expect_near(p + "argmax([[0, 1], [1, 0]]))", {-(std::log(0.5) + std::log(0.25)) / 2});
  expect_near(p + "[[0.5, 0.5], [0.1, 0.9]])",
              {-(std::log(0.5) + 0.1 * std::log(0.25) + 0.9 * std::log(0.75)) / 2});
  expect_near(p + "[0, 1], [1, 0])", {-std::log(0.5) / 2});
  expect_near(p + "[0, 1], 0.25)", {-(std::log(0.5) + std::log(0.75)) / 8});
  expect_near(p + "[0, 1], largest([[0.5, 0.5], [0.25, 0.75]]) > 0.7)", {-std::log(0.75) / 2});
  EXPECT_EQ(numbers_of(p + "[0, 1], [0, 0])"), (Numbers{0}));  // no example has a weight
  EXPECT_EQ(mistake(p + "[0, 1, 2])"),
            "1+13 cross_entropy needs a label or probabilities for each example, or the number of a class, "
            "not f32[3]");
  EXPECT_EQ(mistake(p + "[0, 1], [1])"), "1+13 cross_entropy needs a weight for each example, not [1]");
  EXPECT_EQ(mistake(p + "2)"), "1+13 cross_entropy needs one of the classes 0 to 1, not 2");
}

/// A ramp is `from` in step 1, and `to` from step steps + 1 on.
TEST(ExpressionValues, OfRamps) {
  const auto ramp = [](const std::string& text, int step) {
    const Function f = function_of(text);
    const Tensor key{{DType::i32, {4}}, {0, 0, static_cast<double>(step), 0}};
    Tensors none;
    return evaluate({}, f, {{"random.key", key}}, none).at("y").data[0];
  };
  const auto values = [&](const std::string& text) {
    Numbers numbers;
    for (const int step : {1, 2, 3, 4, 5, 6, 7, 100}) numbers.push_back(ramp(text, step));
    return numbers;
  };
  EXPECT_EQ(values("ramp(0, 8, 4)"), (Numbers{0, 2, 4, 6, 8, 8, 8, 8}));
  EXPECT_EQ(values("ramp(1, -1, 4)"), (Numbers{1, 0.5, 0, -0.5, -1, -1, -1, -1}));
  EXPECT_EQ(values("ramp(0, 8, 4, 2)"), (Numbers{0, 0, 0, 2, 4, 6, 8, 8}));
  EXPECT_EQ(values("ramp(3, 5, 2 * 2, 1 + 1)"), (Numbers{3, 3, 3, 3.5, 4, 4.5, 5, 5}));
  EXPECT_EQ(mistake("ramp(0, 1, 0)"), "1+4 ramp needs a number of steps greater than 0, not 0");
  EXPECT_EQ(mistake("ramp(0, [1, 2], 3)"), "1+4 ramp needs numbers, not [2]");
}

// Lists

/// Of the vectors (1, 0), (1, 1) and (0, 1) the squared cosines are 1/2, 0 and 1/2. Zhao, Mathieu, LeCun
/// 2017.
TEST(ExpressionValues, OfThePullAwayTerm) {
  const std::string t = "[[1, 0], [1, 1], [0, 1]]",
                    s = "(" + t + " / sqrt(sum(square(" + t + "), features)))";
  const auto pull = numbers_of("(sum(square(sum(outer(" + s + ", " + s + "), batch))) - 3) / (3 * 2)");
  ASSERT_EQ(pull.size(), 1u);
  EXPECT_NEAR(pull[0], 1.0 / 3, 1e-12);
}

TEST(Lists, AreVectorsAndMatrices) {
  EXPECT_EQ(tensor_of("[1, 2.5, -3]"), (Tensor{{DType::f32, {3}}, {1, 2.5, -3}}));
  EXPECT_EQ(tensor_of("[7]"), (Tensor{{DType::f32, {1}}, {7}}));
  EXPECT_EQ(tensor_of("[[1, 2, 3], [4, 5, 6]]"), (Tensor{{DType::f32, {2, 3}}, {1, 2, 3, 4, 5, 6}}));
  EXPECT_EQ(tensor_of("[[[1], [2]], [[3], [4]]]"), (Tensor{{DType::f32, {2, 2, 1}}, {1, 2, 3, 4}}));
  EXPECT_EQ(tensor_of("[1 + 1, sum([1, 2]), -(4)]"), (Tensor{{DType::f32, {3}}, {2, 3, -4}}));
  EXPECT_EQ(tensor_of("[square([1, 2]), [5, 6]]"), (Tensor{{DType::f32, {2, 2}}, {1, 4, 5, 6}}));
  const Numbers far = numbers_of("[1, -log(0), 2]");
  EXPECT_EQ(far, (Numbers{1, HUGE_VAL, 2}));
}

TEST(Lists, SayWhatIsWrong) {
  EXPECT_EQ(mistake("[1, [2]]"),
            "5+1 the elements of a list are of one shape, but this is [1] and the first is []");
  EXPECT_EQ(mistake("[[1, 2], [3, 4], [5]]"),
            "18+1 the elements of a list are of one shape, but this is [1] and the first is [2]");
  EXPECT_EQ(mistake("[]"), "2+1 expected a number, a name, \"(\" or \"[\", not \"]\"");
  EXPECT_EQ(mistake("[1, 2] * [1, 2, 3]"),
            "8+1 * needs two values of one shape, or a number on one side, not [2] and [3]");
  EXPECT_EQ(mistake("[[1, 2, 3]] + [1, 2]"),
            "13+1 + needs values whose axes meet, not [1, 3] and [2]: batch and features against features");
}

TEST(Lists, HoldNoMoreThanTheirLimit) {
  std::string hundred = "[1";
  for (int i = 1; i < 100; ++i) hundred += ", 1";
  const Expression x = parse_expression(hundred + "]", {});
  const auto list_of_x = [](int count) {
    std::string text = "[x";
    for (int i = 1; i < count; ++i) text += ", x";
    return parse_expression(text + "]", {nullptr, 1, 1, 1});
  };
  const Function f = build_expressions({{"x", x}, {"y", list_of_x(100)}});
  EXPECT_EQ(f.node(f.result("y")->value).type.shape, (Shape{100, 100}));
  try {
    build_expressions({{"x", x}, {"y", list_of_x(101)}});
    ADD_FAILURE() << "no mistake";
  } catch (const UserError& error) {
    EXPECT_EQ(error.diagnostic.message, "a list may hold at most 10000 numbers");
  }
}

// Layers as functions

std::string list_of(std::span<const double> numbers) {
  std::string text;
  for (const double x : numbers) text += (text.empty() ? "" : ", ") + shortest(x);
  return "[" + text + "]";
}

/// Every layer that is a function computes in an expression what it computes in a net, for a batch and for
/// each of its rows.
TEST(LayersAsFunctions, GiveWhatTheLayerGives) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  Tensor x = filled({DType::f32, {2, 3}});
  for (double& number : x.data) number = normal(random);
  const std::string rows[] = {list_of(std::span(x.data).first(3)), list_of(std::span(x.data).last(3))};
  int functions = 0;
  for (const Layer* layer : all_layers()) {
    if (!layer->is_function) continue;
    ++functions;
    SCOPED_TRACE(layer->name);
    Module module;
    Function f{.name = "f"};
    Builder b(f);
    const Keys keys = keys_of(layer->keys, {});
    SingleLayer context(module, b, keys, /*training=*/false);
    b.result("y", layer->build(context, b.input("x", x.type)));
    Tensors none;
    const Tensor y = evaluate(module, f, {{"x", x}}, none).at("y");
    EXPECT_EQ(tensor_of(layer->name + "([" + rows[0] + ", " + rows[1] + "])"), y);
    Numbers by_row = numbers_of(layer->name + "(" + rows[0] + ")");
    const Numbers second = numbers_of(layer->name + "(" + rows[1] + ")");
    by_row.insert(by_row.end(), second.begin(), second.end());
    EXPECT_EQ(by_row, y.data);
  }
  EXPECT_GT(functions, 0);
}

TEST(LayersAsFunctions, NeedNoKeys) {
  for (const Layer* layer : all_layers()) {
    if (!layer->is_function) continue;
    for (const auto& key : layer->keys) EXPECT_TRUE(key.fallback) << layer->name << " " << key.name;
  }
}

TEST(LayersAsFunctions, SigmoidNeitherOverflowsNorLosesItsGradient) {
  EXPECT_EQ(numbers_of("sigmoid([-1000, 0, 1000])"), (Numbers{0, 0.5, 1}));
  expect_near("sigmoid(-20) * (1 + exp(20))", {1});
}

TEST(LayersAsFunctions, LetLossesSeeTheirLogits) {
  EXPECT_EQ(numbers_of("bce(sigmoid([1000, -400]), [0, 1])"), (Numbers{700}));
  EXPECT_EQ(numbers_of("bce(sigmoid(logsumexp([800, 0])), 0)"), (Numbers{800}));
  expect_near("bce(sigmoid([0.3, -2]), 1) - mean(softplus([-0.3, 2]))", {0});
}

TEST(LayersAsFunctions, SayWhatIsWrong) {
  EXPECT_EQ(mistake("softmax(1)"), "1+7 softmax needs a vector, not one number");
  EXPECT_EQ(mistake("2 * logsumexp(1)"), "5+9 logsumexp needs a vector, not one number");
  EXPECT_EQ(mistake("softmax([1], 2)"), "1+7 softmax takes 1 argument, not 2");
  for (const std::string name : {"dense", "conv", "conv_transpose", "dropout", "flatten", "reshape"})
    EXPECT_EQ(mistake(name + "([1])"),
              "1+" + std::to_string(name.size()) + " unknown function \"" + name + "\"");
}

/// In a net the first axis is the batch, so logsumexp leaves no vector for each example.
TEST(LayersAsFunctions, KeepTheBatchApartInNets) {
  std::string text = text_of(SmallModel{});
  text.replace(text.find("{ kind = \"sigmoid\" }"), 20, "{ kind = \"softmax\" }");
  try {
    module_of_text(text);
    ADD_FAILURE() << "no mistake";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "model.toml:43:44: error: softmax needs a vector for each example\n"
              "  43 | layers = [{ kind = \"logsumexp\" }, { kind = \"softmax\" }]\n"
              "     |                                            ^^^^^^^^^\n");
  }
}

TEST(LayersAsFunctions, LendNoNameToANet) {
  std::string text = text_of(SmallModel{});
  for (auto at = text.find("critic"); at != std::string::npos; at = text.find("critic", at + 7))
    text.replace(at, 6, "sigmoid");
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_model(text, "model.toml", {}, vocabulary(), diagnostics));
  ASSERT_EQ(diagnostics.items().size(), 1);
  EXPECT_EQ(diagnostics.items()[0].message,
            "\"sigmoid\" is a function of expressions and cannot also be a net");
}

}  // namespace
}  // namespace sganc
