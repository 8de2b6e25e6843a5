// Named axes of expressions: reductions along them, outer products, and how values of different axes meet.

#include <cmath>

#include "compiler/language/check_expression.h"
#include "compiler/reference/interpreter.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

using Numbers = std::vector<double>;

Tensor value_of(const std::string& text) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"e", text});
  const Expression e = parse_expression(text, {file, 1, 1, 1});
  Diagnostics diagnostics;
  check_expression(e, {.functions = vocabulary().functions, .in_update = false}, diagnostics);
  if (!diagnostics.empty()) throw UserError{diagnostics.items()[0]};
  Tensors none;
  return evaluate({}, build_expressions({{"y", e}}), {}, none).at("y");
}

Tensor tensor(Shape shape, Numbers data) {
  return {{DType::f32, std::move(shape)}, std::move(data)};
}

std::string mistake(const std::string& text) {
  try {
    return "no mistake: " + to_string(value_of(text).type);
  } catch (const UserError& error) {
    const auto& [where, message, help, details] = error.diagnostic;
    return std::to_string(where.column) + " " + message + (help.empty() ? "" : "; " + help);
  }
}

const std::string kM = "[[1, 2, 3], [4, 5, 9]]";

TEST(Axes, AreReducedByName) {
  EXPECT_EQ(value_of("sum(" + kM + ", features)"), tensor({2}, {6, 18}));
  EXPECT_EQ(value_of("sum(" + kM + ", batch)"), tensor({3}, {5, 7, 12}));
  EXPECT_EQ(value_of("sum(" + kM + ", features, batch)"), tensor({}, {24}));
  EXPECT_EQ(value_of("mean(" + kM + ", features)"), tensor({2}, {2, 6}));
  EXPECT_EQ(value_of("max(" + kM + ", batch)"), tensor({3}, {4, 5, 9}));
  EXPECT_EQ(value_of("min(" + kM + ", features)"), tensor({2}, {1, 4}));
  EXPECT_EQ(value_of("max(" + kM + ")"), tensor({}, {9}));
  EXPECT_EQ(value_of("min(" + kM + ")"), tensor({}, {1}));
  EXPECT_EQ(value_of("logsumexp([[1000, 1000], [0, -1000]], batch)"), tensor({2}, {1000, 1000}));
  EXPECT_NEAR(value_of("logsumexp([[0, 0], [0, 0]], batch, features)").data[0], std::log(4), 1e-15);
}

TEST(Axes, OfOuterProducts) {
  EXPECT_EQ(value_of("outer([1, 2], [3, 4, 5])"), tensor({2, 3}, {3, 4, 5, 6, 8, 10}));
  EXPECT_EQ(value_of("outer([[1, 2], [3, 4]], [[1, 10], [0, 1]])"),
            tensor({2, 2, 2}, {1, 10, 2, 20, 0, 3, 0, 4}));
  EXPECT_EQ(value_of("mean(outer([[1, 2], [3, 4]], [[1, 10], [0, 1]]), batch)"),
            tensor({2, 2}, {0.5, 6.5, 1, 12}));
  EXPECT_EQ(value_of("sum(outer([1, 2], [3, 4, 5]), left)"), tensor({3}, {9, 12, 15}));
  EXPECT_EQ(value_of("sum(outer([1, 2], [3, 4, 5]), right)"), tensor({2}, {12, 24}));
  EXPECT_EQ(value_of("transpose(outer([1, 2], [3, 4]))"), tensor({2, 2}, {3, 6, 4, 8}));
  EXPECT_EQ(value_of("transpose([[1, 2, 3], [4, 5, 6]])"), tensor({3, 2}, {1, 4, 2, 5, 3, 6}));
}

/// A value is repeated along the axes that it lacks. Axes meet by name, but that does not undo a transpose.
TEST(Axes, MeetByName) {
  EXPECT_EQ(value_of(kM + " - mean(" + kM + ", features)"), tensor({2, 3}, {-1, 0, 1, -2, -1, 3}));
  EXPECT_EQ(value_of("max(" + kM + ", batch) - " + kM), tensor({2, 3}, {3, 3, 6, 0, 0, 0}));
  EXPECT_EQ(value_of("outer([1, 2], [3, 4]) + transpose(outer([1, 2], [3, 4]))"),
            tensor({2, 2}, {6, 10, 10, 16}));
  EXPECT_EQ(value_of("outer([1, 2], [3, 4]) / sum(outer([1, 2], [3, 4]), left)"),
            tensor({2, 2}, {1. / 3, 1. / 3, 2. / 3, 2. / 3}));
  const std::string left = "sum(outer([1, 2], [3, 4]), right)", right = "sum(outer([1, 2], [3, 4]), left)";
  EXPECT_EQ(value_of(left), tensor({2}, {7, 14}));
  EXPECT_EQ(value_of(right + " * " + left), tensor({2, 2}, {63, 84, 126, 168}));
  EXPECT_EQ(value_of("where(" + left + " > 10, " + right + ", 0)"), tensor({2, 2}, {0, 0, 9, 12}));
}

/// The information is 0 for independent views, and ln 2 for two equal views over two classes.
TEST(Axes, MakeMutualInformation) {
  const auto information = [](const std::string& p) {
    return value_of("sum(" + p + " * (log(" + p + ") - log(sum(" + p + ", right)) - log(sum(" + p +
                    ", left))))")
        .data[0];
  };
  EXPECT_NEAR(information("outer([0.25, 0.75], [0.5, 0.3, 0.2])"), 0, 1e-15);
  const std::string equal = "max(mean(outer([[1, 0], [0, 1]], [[1, 0], [0, 1]]), batch), 1e-30)";
  EXPECT_NEAR(information(equal), std::log(2), 1e-12);
}

TEST(Axes, ThatAreWrong) {
  EXPECT_EQ(mistake("sum([1, 2], left)"), "13 there is no axis \"left\" here; the axis here is features");
  EXPECT_EQ(mistake("sum([[1, 2]], height)"),
            "15 there is no axis \"height\" here; the axes here are batch and features");
  EXPECT_EQ(mistake("sum(1, batch)"), "8 there is no axis \"batch\" here; this is one number");
  EXPECT_EQ(mistake("sum([1], features, features)"), "20 the axis \"features\" is listed twice");
  EXPECT_EQ(mistake("sum([1, 2], featurs)"), "13 unknown axis \"featurs\"; did you mean \"features\"?");
  EXPECT_EQ(
      mistake("sum([1, 2], 3)"),
      R"(13 sum takes one value and then names of axes; expected one of "batch", "height", "width", "channels", "features", "left", "right")");
  EXPECT_EQ(mistake("sum([1, 2], features, 3)"),
            "23 sum takes one value and then names of axes; expected one of \"batch\", \"height\", "
            "\"width\", \"channels\", \"features\", \"left\", \"right\"");
  EXPECT_EQ(mistake("1 + batch"), "5 \"batch\" is an axis; write it behind a value: sum(..., batch)");
  EXPECT_EQ(mistake("[1, 2] + mean([[1, 2]], features)"),
            "8 + needs values whose axes meet, not [2] and [1]: features against batch");
  EXPECT_EQ(mistake("outer([[1, 2]], [1, 2])"),
            "1 outer needs two vectors, or a vector for each example on both sides, not [1, 2] and [2]");
  EXPECT_EQ(mistake("transpose([1, 2])"), "1 transpose needs a matrix, not [2]");
}

/// One number for each example is not a distribution over the batch.
TEST(Axes, OfTheBatchAloneAreNoVector) {
  const std::string each = "(mean([[0.5, 0.5], [1, 0]], features))";
  EXPECT_EQ(mistake("entropy" + each),
            "1 entropy needs a vector of probabilities for each example, but its only axis is batch");
  EXPECT_EQ(mistake("argmax" + each), "1 argmax needs a vector for each example, but its only axis is batch");
  EXPECT_EQ(mistake("largest" + each),
            "1 largest needs a vector for each example, but its only axis is batch");
  EXPECT_EQ(mistake("kl(mean([[1, 0]], features), mean([[1, 0]], features))"),
            "1 kl needs a vector of probabilities for each example, but its only axis is batch");
  EXPECT_EQ(mistake("softmax" + each), "1 softmax needs a vector for each example");
  EXPECT_EQ(mistake("logsumexp" + each), "1 logsumexp needs a vector for each example");
}

/// Returns the small model with `lines` in place of what d_real minimizes.
Module minimizing(const std::string& lines) {
  std::string text = text_of(SmallModel{});
  const std::string before = "minimize  = \"bce(critic(x), 1)\"";
  text.replace(text.find(before), before.size(), lines);
  return module_of_text(text);
}

TEST(Axes, OfNetsAreCompiledAsTheReferenceSays) {
  Twin twin(minimizing(R"toml(let = { p = "classifier(x)", P = "mean(outer(p, classifier(x)), batch)" }
minimize = """sum(P * (log(P) - log(sum(P, right)) - log(sum(P, left)))) + mean(max(x, height, width), batch, channels)
  + mean(trunk.conv_1(x) - mean(trunk.conv_1(x), batch, height, width)) + mean(p * (1 - critic(x)))""")toml"),
            Schedule{});
  std::mt19937 random(4);
  for (int step = 0; step < 2; ++step) {
    bind_batch(twin, "d_real", step, random);
    twin.step("d_real", 1e-4);
  }
}

std::string error_of(const std::string& lines) {
  try {
    minimizing(lines);
    return "no mistake";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(Let, IsNamedWhereItIsWrong) {
  EXPECT_EQ(error_of("let = { p = \"classifier(y)\" }\nminimize = \"mean(p)\""),
            R"toml(model.toml:59:25: error: unknown name "y"
  59 | let = { p = "classifier(y)" }
     |                         ^
help: expected "x"
)toml");
  EXPECT_EQ(error_of("let = { p = \"q\", q = \"mean(x)\" }\nminimize = \"p\""),
            R"toml(model.toml:59:14: error: unknown name "q"
  59 | let = { p = "q", q = "mean(x)" }
     |              ^
help: expected "x"
)toml");
  EXPECT_EQ(error_of("let = { x = \"1\", batch = \"2\", p = 3 }\nminimize = \"mean(x)\""),
            R"toml(model.toml:59:9: error: "x" is drawn and cannot name another value
  59 | let = { x = "1", batch = "2", p = 3 }
     |         ^
model.toml:59:18: error: "batch" names an axis and cannot name a value
  59 | let = { x = "1", batch = "2", p = 3 }
     |                  ^^^^^
model.toml:59:35: error: p must be a string, not an integer
  59 | let = { x = "1", batch = "2", p = 3 }
     |                                   ^
)toml");
  EXPECT_EQ(error_of("let = \"p\"\nminimize = \"mean(x)\""),
            R"toml(model.toml:59:7: error: let must be a table, not a string
  59 | let = "p"
     |       ^^^
help: write let = { p = "classifier(x)" }
)toml");
}

/// A shape that does not fit is reported where the value is defined.
TEST(Let, OfAShapeThatDoesNotFit) {
  EXPECT_EQ(error_of("let = { p = \"classifier(x)\", s = \"sum(p, left)\" }\nminimize = \"mean(s)\""),
            R"toml(model.toml:59:42: error: there is no axis "left" here
  59 | let = { p = "classifier(x)", s = "sum(p, left)" }
     |                                          ^^^^
help: the axes here are batch and features
)toml");
}

TEST(Let, IsWrittenOutAndReadAgain) {
  std::string text = text_of(SmallModel{});
  const std::string before = "minimize  = \"bce(critic(x), 1)\"";
  text.replace(text.find(before), before.size(),
               "let = { q = \"critic(x)\", p = \"1 - q\" }\nminimize = \"mean(p * q)\"");
  Diagnostics diagnostics;
  const auto model =
      parse_model(text, "model.toml", {"update.d_real.let.p=\"2 - q\""}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << text_of(diagnostics);
  const std::string written = to_toml(*model);
  EXPECT_NE(written.find("let = { q = \"critic(x)\", p = \"2 - q\" }\nminimize = \"mean(p * q)\"\n"),
            std::string::npos);
  EXPECT_EQ(objective(model->updates.at(1)), "mean(p * q) where q = critic(x), p = 2 - q");
  const auto again = parse_model(written, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(again) << text_of(diagnostics);
  EXPECT_EQ(to_toml(*again), written);
}

}  // namespace
}  // namespace sganc
