// Every mistake in a module's text is one clear error at its place.

#include <gtest/gtest.h>

#include <sstream>

#include "compiler/graph/module.h"

namespace sganc {
namespace {

/// Returns the error that the text gives, as a user sees it.
std::string error_of(const std::string& text) {
  try {
    parse_module(text, "g.txt");
  } catch (const UserError& error) {
    Diagnostics diagnostics;
    diagnostics.add(error.diagnostic);
    std::ostringstream out;
    diagnostics.print(out);
    return out.str();
  }
  return "no error";
}

/// Returns the error of a function with the third line `line`, after %0, a matrix, and %1, indices.
std::string error_of_line(const std::string& line) {
  return error_of(
      "module m\nfunction f\n%0 = input {name = \"x\"} : f32[2, 3]\n%1 = input {name = \"i\"} : i32[4]\n" +
      line + "\n");
}

TEST(GraphParse, UnknownOperation) {
  EXPECT_EQ(error_of_line("%2 = matmull(%0, %0) : f32[2, 2]"),
            "g.txt:5:6: error: unknown operation \"matmull\"\n"
            "  5 | %2 = matmull(%0, %0) : f32[2, 2]\n"
            "    |      ^^^^^^^\n"
            "help: did you mean \"matmul\"?\n");
}

TEST(GraphParse, ValueNotDefinedYet) {
  EXPECT_EQ(error_of_line("%2 = add(%0, %12) : f32[2, 3]"),
            "g.txt:5:14: error: %12 is not defined yet\n"
            "  5 | %2 = add(%0, %12) : f32[2, 3]\n"
            "    |              ^^^\n");
  EXPECT_EQ(error_of_line("%2 = exp(%99999999999999999999) : f32[2, 3]"),
            "g.txt:5:10: error: %99999999999999999999 is not defined yet\n"
            "  5 | %2 = exp(%99999999999999999999) : f32[2, 3]\n"
            "    |          ^^^^^^^^^^^^^^^^^^^^^\n");
  EXPECT_EQ(error_of_line("result loss = %2"),
            "g.txt:5:15: error: %2 is not defined yet\n"
            "  5 | result loss = %2\n"
            "    |               ^^\n");
}

TEST(GraphParse, ValuesOutOfOrder) {
  EXPECT_EQ(error_of_line("%3 = exp(%0) : f32[2, 3]"),
            "g.txt:5:1: error: values are numbered in order: expected %2, not %3\n"
            "  5 | %3 = exp(%0) : f32[2, 3]\n"
            "    | ^^\n");
}

TEST(GraphParse, AttributeThatTheOperationDoesNotHave) {
  EXPECT_EQ(error_of_line("%2 = reduce_sum(%0) {axis = [0]} : f32[3]"),
            "g.txt:5:22: error: reduce_sum has no attribute \"axis\"\n"
            "  5 | %2 = reduce_sum(%0) {axis = [0]} : f32[3]\n"
            "    |                      ^^^^\n"
            "help: did you mean \"axes\"?\n");
  EXPECT_EQ(error_of_line("%2 = exp(%0) {value = 1} : f32[2, 3]"),
            "g.txt:5:15: error: exp has no attribute \"value\"\n"
            "  5 | %2 = exp(%0) {value = 1} : f32[2, 3]\n"
            "    |               ^^^^^\n");
}

TEST(GraphParse, AttributeMissingOrTwice) {
  EXPECT_EQ(error_of_line("%2 = matmul(%0, %0) {transpose_a = false} : f32[2, 2]"),
            "g.txt:5:6: error: matmul needs the attribute \"transpose_b\"\n"
            "  5 | %2 = matmul(%0, %0) {transpose_a = false} : f32[2, 2]\n"
            "    |      ^^^^^^\n");
  EXPECT_EQ(error_of_line("%2 = view(%0) {shape = [6], shape = [3, 2]} : f32[6]"),
            "g.txt:5:29: error: the attribute \"shape\" is given twice\n"
            "  5 | %2 = view(%0) {shape = [6], shape = [3, 2]} : f32[6]\n"
            "    |                             ^^^^^\n");
}

TEST(GraphParse, AttributeOfTheWrongKind) {
  EXPECT_EQ(error_of_line("%2 = reduce_sum(%0) {axes = 0} : f32[3]"),
            "g.txt:5:29: error: expected a list, not \"0\"\n"
            "  5 | %2 = reduce_sum(%0) {axes = 0} : f32[3]\n"
            "    |                             ^\n");
  EXPECT_EQ(error_of_line("%2 = reduce_sum(%0) {axes = [0.5]} : f32[3]"),
            "g.txt:5:30: error: \"0.5\" is not an integer\n"
            "  5 | %2 = reduce_sum(%0) {axes = [0.5]} : f32[3]\n"
            "    |                              ^^^\n");
  EXPECT_EQ(error_of_line("%2 = reduce_sum(%0) {axes = [4294967296]} : f32[3]"),
            "g.txt:5:30: error: \"4294967296\" is out of range\n"
            "  5 | %2 = reduce_sum(%0) {axes = [4294967296]} : f32[3]\n"
            "    |                              ^^^^^^^^^^\n");
  EXPECT_EQ(error_of_line("%2 = constant {value = \"one\"} : f32[]"),
            "g.txt:5:24: error: expected a number, not the text \"one\"\n"
            "  5 | %2 = constant {value = \"one\"} : f32[]\n"
            "    |                        ^^^^^\n");
  EXPECT_EQ(error_of_line("%2 = constant {value = 1e999} : f32[]"),
            "g.txt:5:24: error: \"1e999\" is not a number\n"
            "  5 | %2 = constant {value = 1e999} : f32[]\n"
            "    |                        ^^^^^\n");
  EXPECT_EQ(error_of_line("%2 = matmul(%0, %0) {transpose_a = 0, transpose_b = true} : f32[2, 2]"),
            "g.txt:5:36: error: expected \"true\" or \"false\", not \"0\"\n"
            "  5 | %2 = matmul(%0, %0) {transpose_a = 0, transpose_b = true} : f32[2, 2]\n"
            "    |                                    ^\n");
  EXPECT_EQ(error_of_line("%2 = convert(%0) {dtype = f64} : f32[2, 3]"),
            "g.txt:5:27: error: unknown element type \"f64\"\n"
            "  5 | %2 = convert(%0) {dtype = f64} : f32[2, 3]\n"
            "    |                           ^^^\n"
            "help: expected one of \"f32\", \"i32\", \"u8\"\n");
  EXPECT_EQ(error_of_line("%2 = input {name = z} : f32[]"),
            "g.txt:5:20: error: expected a text in quotes, not \"z\"\n"
            "  5 | %2 = input {name = z} : f32[]\n"
            "    |                    ^\n");
}

TEST(GraphParse, AttributesThatCannotBe) {
  EXPECT_EQ(error_of_line("%2 = input {name = \"z\"} : f32[1, 1, 0]"),
            "g.txt:5:6: error: all extents of [1, 1, 0] must be positive\n"
            "  5 | %2 = input {name = \"z\"} : f32[1, 1, 0]\n"
            "    |      ^^^^^\n");
  EXPECT_EQ(error_of_line("%2 = constant {value = 1} : f32[2000000, 2000000]"),
            "g.txt:5:6: error: [2000000, 2000000] has too many elements\n"
            "  5 | %2 = constant {value = 1} : f32[2000000, 2000000]\n"
            "    |      ^^^^^^^^\n");
  EXPECT_EQ(error_of_line("%2 = constant {value = 1} : f32[?]"),
            "g.txt:5:6: error: all extents of [?] must be known\n"
            "  5 | %2 = constant {value = 1} : f32[?]\n"
            "    |      ^^^^^^^^\n");
  EXPECT_EQ(error_of_line("%2 = iota {axes = [0, 1]} : f32[2, 3]"),
            "g.txt:5:6: error: iota takes one axis, not 2\n"
            "  5 | %2 = iota {axes = [0, 1]} : f32[2, 3]\n"
            "    |      ^^^^\n");
  EXPECT_EQ(error_of_line("%2 = conv(%0, %0) {strides = [0, 1], pads = [0, 0, 0, 0]} : f32[2]"),
            "g.txt:5:6: error: strides must be positive, not [0, 1]\n"
            "  5 | %2 = conv(%0, %0) {strides = [0, 1], pads = [0, 0, 0, 0]} : f32[2]\n"
            "    |      ^^^^\n");
  EXPECT_EQ(error_of_line("%2 = conv(%0, %0) {strides = [1, 1], pads = [0, 0, -2, 0]} : f32[2]"),
            "g.txt:5:6: error: pads must not be negative\n"
            "  5 | %2 = conv(%0, %0) {strides = [1, 1], pads = [0, 0, -2, 0]} : f32[2]\n"
            "    |      ^^^^\n");
  EXPECT_EQ(error_of_line("%2 = conv(%0, %0) {groups = 1, groups = 1} : f32[2]"),
            "g.txt:5:32: error: the attribute \"groups\" is given twice\n"
            "  5 | %2 = conv(%0, %0) {groups = 1, groups = 1} : f32[2]\n"
            "    |                                ^^^^^^\n");
}

TEST(GraphParse, TypeThatIsNotTheInferredOne) {
  EXPECT_EQ(error_of_line("%2 = gather(%0, %1) : f32[2,3]  # part"),
            "g.txt:5:23: error: this gather is f32[4, 3], not f32[2, 3]\n"
            "  5 | %2 = gather(%0, %1) : f32[2,3]  # part\n"
            "    |                       ^^^^^^^^\n");
}

TEST(GraphParse, OperandsThatDoNotFit) {
  EXPECT_EQ(error_of_line("%2 = add(%0) : f32[2, 3]"),
            "g.txt:5:6: error: add takes 2 operands, not 1\n"
            "  5 | %2 = add(%0) : f32[2, 3]\n"
            "    |      ^^^\n");
  EXPECT_EQ(error_of_line("%2 = add(%0, %1) : f32[2, 3]"),
            "g.txt:5:6: error: add: shapes differ: f32[2, 3] and i32[4]\n"
            "  5 | %2 = add(%0, %1) : f32[2, 3]\n"
            "    |      ^^^\n");
}

TEST(GraphParse, MissingParts) {
  EXPECT_EQ(error_of_line("%2 exp(%0) : f32[2, 3]"),
            "g.txt:5:4: error: expected \"=\", not \"exp\"\n"
            "  5 | %2 exp(%0) : f32[2, 3]\n"
            "    |    ^^^\n");
  EXPECT_EQ(error_of_line("%2 = exp(%0 : f32[2, 3]"),
            "g.txt:5:13: error: expected \",\" or \")\", not \":\"\n"
            "  5 | %2 = exp(%0 : f32[2, 3]\n"
            "    |             ^\n");
  EXPECT_EQ(error_of_line("%2 = exp(%0)"),
            "g.txt:5:13: error: expected \":\", not the end of the line\n"
            "  5 | %2 = exp(%0)\n"
            "    |             ^\n");
  EXPECT_EQ(error_of_line("%2 = exp(%0) : f32"),
            "g.txt:5:19: error: expected a list, not the end of the line\n"
            "  5 | %2 = exp(%0) : f32\n"
            "    |                   ^\n");
  EXPECT_EQ(error_of_line("%2 = exp(%0) : f32[2, 3"),
            "g.txt:5:24: error: expected \",\" or \"]\", not the end of the line\n"
            "  5 | %2 = exp(%0) : f32[2, 3\n"
            "    |                        ^\n");
  EXPECT_EQ(error_of_line("%2 = exp(%0) : f32[2, 3] result"),
            "g.txt:5:26: error: expected the end of the line, not \"result\"\n"
            "  5 | %2 = exp(%0) : f32[2, 3] result\n"
            "    |                          ^^^^^^\n");
}

TEST(GraphParse, LinesWhereTheyCannotStand) {
  EXPECT_EQ(error_of(""), "g.txt:1:1: error: expected \"module\", not the end of the text\n  1 |\n    | ^\n");
  EXPECT_EQ(error_of("module m\n%0 = constant {value = 1} : f32[]"),
            "g.txt:2:1: error: expected a variable or a function, not %0\n"
            "  2 | %0 = constant {value = 1} : f32[]\n"
            "    | ^^\n");
  EXPECT_EQ(error_of_line("variable w : f32[] {weight, zeros}"),
            "g.txt:5:1: error: expected a value, a result or a function, not \"variable\"\n"
            "  5 | variable w : f32[] {weight, zeros}\n"
            "    | ^^^^^^^^\n");
  EXPECT_EQ(error_of_line("result a = %0\n%2 = exp(%0) : f32[2, 3]"),
            "g.txt:6:1: error: expected a result or a function, not %2\n"
            "  6 | %2 = exp(%0) : f32[2, 3]\n"
            "    | ^^\n");
}

TEST(GraphParse, Variables) {
  EXPECT_EQ(error_of("module m\nvariable w : f32[2, ?] {weight, zeros}"),
            "g.txt:2:14: error: all extents of [2, ?] must be known\n"
            "  2 | variable w : f32[2, ?] {weight, zeros}\n"
            "    |              ^^^^^^^^^\n");
  EXPECT_EQ(
      error_of("module m\nvariable w : f32[2] {weigth, zeros}"),
      "g.txt:2:22: error: expected \"weight\", \"statistic\", \"average\", \"state\" or \"gradient\", not "
      "\"weigth\"\n"
      "  2 | variable w : f32[2] {weigth, zeros}\n"
      "    |                      ^^^^^^\n");
  EXPECT_EQ(error_of("module m\nvariable w : f32[2] {weight, unifrom 1}"),
            "g.txt:2:30: error: unknown initializer \"unifrom\"\n"
            "  2 | variable w : f32[2] {weight, unifrom 1}\n"
            "    |                              ^^^^^^^\n"
            "help: did you mean \"uniform\"?\n");
}

TEST(GraphParse, Characters) {
  EXPECT_EQ(error_of("module m\n  @"),
            "g.txt:2:3: error: unexpected character \"@\"\n"
            "  2 |   @\n"
            "    |   ^\n");
  EXPECT_EQ(error_of("module \x01"),
            "g.txt:1:8: error: unexpected byte 0x01\n"
            "  1 | module ?\n"
            "    |        ^\n");
  EXPECT_EQ(error_of("module \"m\n"),
            "g.txt:1:8: error: the text has no closing quote\n"
            "  1 | module \"m\n"
            "    |        ^^\n");
  EXPECT_EQ(error_of("module \"\u00e9\\q\""),
            "g.txt:1:10: error: unknown escape\n"
            "  1 | module \"\u00e9\\q\"\n"
            "    |          ^\n"
            "help: an escape is \\\", \\\\, \\n, \\t or \\x and two hex digits\n");
  EXPECT_EQ(error_of("module m\nfunction %"),
            "g.txt:2:10: error: unexpected character \"%\"\n"
            "  2 | function %\n"
            "    |          ^\n");
}

TEST(GraphParse, EveryBeginningOfAModuleIsReadOrRefused) {
  const std::string text =
      "module \"a b\"\nvariable w : f32[4] {weight of n, uniform 0.5}  # part\nfunction f\n"
      "  %0 = variable {name = \"w\"} : f32[4]\n  %1 = view(%0) {shape = [2, 2]} : f32[2, 2]\n"
      "  %2 = matmul(%1, %1) {transpose_a = false, transpose_b = true} : f32[2, 2]  # \"p\\x01\"\n  result y "
      "= %2\n";
  ASSERT_EQ(error_of(text), "no error");
  int refused = 0;
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto error = error_of(text.substr(0, length));
    if (error != "no error") ++refused;
    if (error != "no error") {
      EXPECT_EQ(error.find("g.txt:"), 0u) << error;
    }
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace sganc
