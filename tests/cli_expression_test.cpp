// sganc eval-expr: what it prints, and what it says about mistakes.

#include "tests/cli_program.h"

namespace sganc::testing {
namespace {

class CliExpression : public ProgramTest {
 protected:
  /// Returns what `sganc eval-expr WORDS` prints. The test fails if it prints errors.
  std::string printed(const Words& words) {
    const auto ending = evaluated(words);
    EXPECT_EQ(ending.code, 0);
    EXPECT_EQ(ending.err, "");
    return ending.out;
  }

  void expect_mistake(const Words& words, const std::string& message) {
    SCOPED_TRACE(message);
    expect_error(evaluated(words), 2, message);
  }

 private:
  Ending evaluated(Words words) {
    words.insert(words.begin(), "eval-expr");
    return sganc(words);
  }
};

/// The values that the tutorial prints for three equal logits. NumPy computed them as Z / (Z + 1); they
/// agree to 4 units in the last place of a double.
TEST_F(CliExpression, OfTheTutorialsActivation) {
  const std::pair<std::string, double> activations[] = {{"-10", 0.00013618124143106674},
                                                        {"-1", 0.5246331135813284},
                                                        {"0", 0.75},
                                                        {"1", 0.890768227426964},
                                                        {"10", 0.9999848669190928}};
  Words expressions = {"--"};
  for (const auto& [l, value] : activations)
    expressions.push_back("sigmoid(logsumexp([" + l + ", " + l + ", " + l + "]))");
  const auto lines = lines_of(printed(expressions));
  ASSERT_EQ(lines.size(), 5);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(std::stod(lines[i]), activations[i].second, 4 * 2.3e-16 * activations[i].second) << lines[i];
}

TEST_F(CliExpression, PrintsAResultALine) {
  EXPECT_EQ(printed({"1 + 2", "[1, 2.50, -3]", "[[1, 2], [3, 4]] / 10", "100000 * 5", "0 - 0.5"}),
            "3\n[1, 2.5, -3]\n[[0.1, 0.2], [0.3, 0.4]]\n5e5\n-0.5\n");
  EXPECT_EQ(printed({"0.1 + 0.2"}), "0.30000000000000004\n");
  EXPECT_EQ(printed({"log(0)", "log(-1)", "[1 / 0, 0 / 0, 1]"}), "-inf\nnan\n[inf, nan, 1]\n");
  EXPECT_EQ(printed({"--", "-square(3)", "--1"}), "-9\n1\n");
}

TEST_F(CliExpression, NamesValues) {
  EXPECT_EQ(printed({"--let", "x=[1, 2, 3]", "--let=total=sum(x)", "x / total", "total"}),
            "[0.16666666666666666, 0.3333333333333333, 0.5]\n6\n");
  EXPECT_EQ(printed({"exp * exp(0)", "--let", "exp=4"}), "4\n");
}

TEST_F(CliExpression, PrintsGradients) {
  EXPECT_EQ(printed({"--let", "x=[1, -2, 3]", "sum(square(x))", "mean(abs(x)) * 3", "7", "--gradient", "x"}),
            "[2, -4, 6]\n[1, -1, 1]\n[0, 0, 0]\n");
  EXPECT_EQ(printed({"--let", "x=2", "--let", "y=x * x", "x * y", "--gradient", "x"}), "12\n");
  EXPECT_EQ(printed({"--let", "x=2", "--let", "y=x * x", "x * y", "--gradient", "y"}), "2\n");
}

TEST_F(CliExpression, TheGradientOfASigmoidDoesNotOverflow) {
  EXPECT_EQ(printed({"--let", "x=[-1000, 0, 1000]", "sum(sigmoid(x))", "--gradient", "x"}), "[0, 0.25, 0]\n");
}

TEST_F(CliExpression, IsInTheStepThatIsGiven) {
  EXPECT_EQ(printed({"ramp(0, 1, 10)", "ramp(5, 1, 10) * 2"}), "0\n10\n");
  EXPECT_EQ(printed({"--step", "6", "ramp(0, 1, 10)", "ramp(0, 1, 10, 3)"}), "0.5\n0.2\n");
  expect_mistake({"--step", "0", "1"}, "error: --step must lie between 1 and 2147483647\n");
}

TEST_F(CliExpression, ComparesAndChooses) {
  EXPECT_EQ(printed({"--let", "q=softmax([[3, 1], [0, 0.1]])", "largest(q) > 0.8", "argmax(q)",
                     "where(argmax(q) == 1, 10, 20)", "one_hot(argmax(q), 2)"}),
            "[1, 0]\n[0, 1]\n[20, 10]\n[[1, 0], [0, 1]]\n");
  EXPECT_EQ(printed({"--let=x=3", "--let=same=x==3", "same"}), "1\n");
}

TEST_F(CliExpression, PrintsJson) {
  EXPECT_EQ(printed({"--format", "json", "[[1, 2], [3, 4]] / 8", "log(0)", "[0.1]"}),
            R"_({"expression":"[[1, 2], [3, 4]] / 8","shape":[2,2],"value":[[0.125,0.25],[0.375,0.5]]}
{"expression":"log(0)","shape":[],"value":null}
{"expression":"[0.1]","shape":[1],"value":[0.1]}
)_");
  EXPECT_EQ(printed({"--format", "json", "--let", "x=3", "x *\nx", "--gradient", "x"}),
            R"_({"expression":"x *\nx","gradient":"x","shape":[],"value":6}
)_");
}

TEST_F(CliExpression, PointsIntoTheExpression) {
  expect_mistake(
      {"1 +"}, R"_(expression:1:4: error: expected a number, a name, "(" or "[", not the end of the expression
  1 | 1 +
    |    ^
)_");
  expect_mistake(
      {""}, R"_(expression:1:1: error: expected a number, a name, "(" or "[", not the end of the expression
  1 |
    | ^
)_");
  expect_mistake({"1", "2 * sigmod(3)"}, R"_(expression:1:5: error: unknown function "sigmod"
  1 | 2 * sigmod(3)
    |     ^^^^^^
help: did you mean "sigmoid"?
)_");
  expect_mistake({"mse(1)"}, R"_(expression:1:1: error: mse takes 2 arguments, not 1
  1 | mse(1)
    | ^^^
)_");
  expect_mistake({"exp + 1"}, R"_(expression:1:1: error: "exp" is a function and must be called
  1 | exp + 1
    | ^^^
help: write exp(...)
)_");
  expect_mistake({"--let", "x=1", "cross_entropy(x, label(x))"},
                 R"_(expression:1:18: error: label needs a batch that an update draws
  1 | cross_entropy(x, label(x))
    |                  ^^^^^
)_");
  expect_mistake(
      {"[1, 2] + [1, 2, 3]"},
      R"_(expression:1:8: error: + needs two values of one shape, or a number on one side, not [2] and [3]
  1 | [1, 2] + [1, 2, 3]
    |        ^
)_");
}

TEST_F(CliExpression, ReportsAllUnknownWordsAtOnce) {
  expect_mistake({"x + 1", "--let", "zoom=y", "zom"}, R"_(--let:1:6: error: unknown name "y"
  1 | zoom=y
    |      ^
help: give it a value: --let y=...
expression:1:1: error: unknown name "x"
  1 | x + 1
    | ^
help: give it a value: --let x=...
expression:1:1: error: unknown name "zom"
  1 | zom
    | ^^^
help: did you mean "zoom"?
)_");
}

TEST_F(CliExpression, PointsIntoLet) {
  expect_mistake({"--let", "x", "x"}, R"_(--let:1:1: error: a value is given as NAME=EXPRESSION
  1 | x
    | ^
expression:1:1: error: unknown name "x"
  1 | x
    | ^
help: give it a value: --let x=...
)_");
  expect_mistake({"--let", "2x=3", "1"}, R"_(--let:1:1: error: "2x" cannot name a value
  1 | 2x=3
    | ^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_");
  expect_mistake({"--let", "left=3", "1"}, R"_(--let:1:1: error: "left" names an axis and cannot name a value
  1 | left=3
    | ^^^^
)_");
  expect_mistake({"--let", "x=3", "--let", "x=4", "x"}, R"_(--let:1:1: error: "x" is given twice
  1 | x=4
    | ^
)_");
  expect_mistake(
      {"--let", "x=[1, 2]", "--let", "y=max(x, [1])", "y"},
      R"_(--let:1:3: error: max needs two values of one shape, or a number on one side, not [2] and [1]
  1 | y=max(x, [1])
    |   ^^^
)_");
}

TEST_F(CliExpression, SaysWhatIsWrongWithAGradient) {
  expect_mistake({"--let", "x=[1, 2]", "x * 2", "--gradient", "x"},
                 R"_(expression:1:3: error: only one number has a gradient, but this is [2]
  1 | x * 2
    |   ^
help: take its mean(...) or sum(...)
)_");
  expect_mistake({"--let", "weight=2", "1", "--gradient", "wieght"},
                 "error: --gradient: no value is named \"wieght\"\nhelp: did you mean \"weight\"?\n");
  expect_mistake({"1", "--gradient", "x"},
                 "error: --gradient: no value is named \"x\"\nhelp: give it: --let x=...\n");
}

TEST_F(CliExpression, NeedsExpressions) {
  expect_mistake(
      {},
      "error: sganc eval-expr needs an EXPRESSION\n"
      "help: write sganc eval-expr EXPRESSION... [--let NAME=EXPRESSION] [--gradient NAME] [--step N] "
      "[--format json]\n");
  expect_mistake({"-log(2)"},
                 "error: sganc eval-expr has no option -log(2)\n"
                 "help: words that begin with \"-\" and are no options stand behind \"--\"\n");
  expect_mistake({"1", "--lte", "x=1"},
                 "error: sganc eval-expr has no option --lte\nhelp: did you mean \"--let\"?\n");
}

}  // namespace
}  // namespace sganc::testing
