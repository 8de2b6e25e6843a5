// Expressions and draws: trees, places, printing, and what is said about wrong ones.

#include "compiler/language/expression.h"

#include "tests/language_testing.h"

namespace sganc {
namespace {

const auto kFile = std::make_shared<const SourceFile>(SourceFile{"m.toml", ""});

Expression parsed(const std::string& text) {
  return parse_expression(text, {kFile, 7, 13, 1});
}

/// The tree with every call in parentheses and every place: `(mse@7:13+3 x@7:17+1 1@7:20+1)`.
std::string tree(const Expression& e) {
  const std::string place = "@" + std::to_string(e.where.line) + ":" + std::to_string(e.where.column) + "+" +
                            std::to_string(e.where.length);
  if (e.kind == Expression::Kind::number) return to_string(e) + place;
  if (e.kind == Expression::Kind::name) return e.name + place;
  std::string text = (e.kind == Expression::Kind::list ? "[]" : e.name) + place;
  for (const auto& argument : e.arguments) text += " " + tree(argument);
  return "(" + text + ")";
}

std::string mistake(const std::string& text) {
  try {
    return "no mistake: " + tree(parsed(text));
  } catch (const UserError& error) {
    const auto& [where, message, help, details] = error.diagnostic;
    return std::to_string(where.line) + ":" + std::to_string(where.column) + "+" +
           std::to_string(where.length) + " " + message;
  }
}

TEST(LanguageExpression, HasItsTreeAndPlaces) {
  EXPECT_EQ(tree(parsed("mse(x, 1)")), "(mse@7:13+3 x@7:17+1 1@7:20+1)");
  EXPECT_EQ(tree(parsed("a - b - c")), "(-@7:19+1 (-@7:15+1 a@7:13+1 b@7:17+1) c@7:21+1)");
  EXPECT_EQ(tree(parsed("a + b * -c")), "(+@7:15+1 a@7:13+1 (*@7:19+1 b@7:17+1 (negate@7:21+1 c@7:22+1)))");
  EXPECT_EQ(tree(parsed("(a + b) / 2.5e-1")), "(/@7:21+1 (+@7:16+1 a@7:14+1 b@7:18+1) 0.25@7:23+6)");
  EXPECT_EQ(tree(parsed("ramp([0, 100], [0, 1])")),
            "(ramp@7:13+4 ([]@7:18+1 0@7:19+1 100@7:22+3) ([]@7:28+1 0@7:29+1 1@7:32+1))");
  EXPECT_EQ(tree(parsed("noise()")), "(noise@7:13+5)");
  EXPECT_EQ(tree(parsed("a + b >= c * 2")),
            "(>=@7:19+2 (+@7:15+1 a@7:13+1 b@7:17+1) (*@7:24+1 c@7:22+1 2@7:26+1))");
  EXPECT_EQ(tree(parsed("f(a<b, -a==b)")),
            "(f@7:13+1 (<@7:16+1 a@7:15+1 b@7:17+1) (==@7:22+2 (negate@7:20+1 a@7:21+1) b@7:24+1))");
  EXPECT_EQ(tree(parsed("a > b")), "(>@7:15+1 a@7:13+1 b@7:17+1)");
  EXPECT_EQ(tree(parsed("teacher.trunk.conv_3(x)")), "(teacher.trunk.conv_3@7:13+20 x@7:34+1)");
  EXPECT_EQ(tree(parsed("trunk.conv_3(x)")), "(trunk.conv_3@7:13+12 x@7:26+1)");
  EXPECT_EQ(tree(parsed("a <= b")), "(<=@7:15+2 a@7:13+1 b@7:18+1)");
}

TEST(LanguageExpression, CountsLines) {
  EXPECT_EQ(tree(parsed("a\r\n  + long_name\n\n* b")),
            "(+@8:3+1 a@7:13+1 (*@10:1+1 long_name@8:5+9 b@10:3+1))");
}

TEST(LanguageExpression, PrintsWithTheFewestParentheses) {
  const std::vector<std::pair<std::string, std::string>> texts{
      {"bce(critic(generator(z)),1)", "bce(critic(generator(z)), 1)"},
      {"((a))+(b*c)", "a + b * c"},
      {"(a+b)*c", "(a + b) * c"},
      {"a-(b-c)", "a - (b - c)"},
      {"(a-b)-c", "a - b - c"},
      {"a+(b+c)", "a + (b + c)"},
      {"a/(b*c)", "a / (b * c)"},
      {"a*b/c", "a * b / c"},
      {"-(a+b)", "-(a + b)"},
      {"-(a*b)", "-(a * b)"},
      {"-a*b", "-a * b"},
      {"a - -b", "a - -b"},
      {"--a", "--a"},
      {"-trunk.conv_3( x )", "-trunk.conv_3(x)"},
      {"(a+b)>c", "a + b > c"},
      {"(a>b)+c", "(a > b) + c"},
      {"(a>b)>c", "(a > b) > c"},
      {"a<=(b==c)", "a <= (b == c)"},
      {"f((a>b),-(a<b))", "f(a > b, -(a < b))"},
      {"[(a>=b)]", "[a >= b]"},
      {"2*-(f([1,2.50],-3e-4))", "2 * -f([1, 2.5], -3e-4)"},
      {"1e30 + .5 + 100000", "1e30 + 0.5 + 1e5"},
  };
  for (const auto& [from, to] : texts) {
    EXPECT_EQ(to_string(parsed(from)), to);
    EXPECT_EQ(to_string(parsed(to)), to);
  }
}

TEST(LanguageExpression, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, std::string>> texts{
      {"", R"_(7:13+1 expected a number, a name, "(" or "[", not the end of the expression)_"},
      {"a +", R"_(7:16+1 expected a number, a name, "(" or "[", not the end of the expression)_"},
      {"a b", R"_(7:15+1 expected an operator or the end, not "b")_"},
      {"2x", R"_(7:14+1 expected an operator or the end, not "x")_"},
      {"f(a,)", R"_(7:17+1 expected a number, a name, "(" or "[", not ")")_"},
      {"f(a b)", R"_(7:17+1 expected an operator, "," or ")", not "b")_"},
      {"(a, b)", R"_(7:15+1 expected an operator or ")", not ",")_"},
      {"[a)", R"_(7:15+1 expected an operator, "," or "]", not ")")_"},
      {"[]", R"_(7:14+1 expected a number, a name, "(" or "[", not "]")_"},
      {"a < b < c", "7:19+1 a comparison cannot be compared again"},
      {"a == b >= c", "7:20+2 a comparison cannot be compared again"},
      {"a = b", R"_(7:15+1 unexpected "=" in an expression)_"},
      {"a >", R"_(7:16+1 expected a number, a name, "(" or "[", not the end of the expression)_"},
      {"a > < b", R"_(7:17+1 expected a number, a name, "(" or "[", not "<")_"},
      {"a ! b", R"_(7:15+1 unexpected "!" in an expression)_"},
      {"a $ b", R"_(7:15+1 unexpected "$" in an expression)_"},
      {"x.y", R"_(7:13+3 "x.y" must be called)_"},
      {"x.y.z(1)", R"_(7:16+1 unexpected "." in an expression)_"},
      {"x. y(1)", R"_(7:14+1 unexpected "." in an expression)_"},
      {". + 1", R"_(7:13+1 unexpected "." in an expression)_"},
      {"1e999", "7:13+5 the number 1e999 is out of range"},
      {"negate(a)", R"_(7:13+6 "negate" is written "-")_"},
      {"\xC3\xA9", "7:13+1 unexpected \"\xC3\xA9\" in an expression"},
      {std::string(5000, '('), "7:1013+1 an expression may have at most 1000 numbers, names and symbols"},
  };
  for (const auto& [text, expected] : texts) EXPECT_EQ(mistake(text), expected) << text;
}

TEST(LanguageDraw, HasItsPartsAndPlaces) {
  const Draw draw = parse_draw({"x", {kFile, 3, 10, 1}}, " unlabeled   128", {kFile, 3, 15, 1});
  EXPECT_EQ(draw.name.value, "x");
  EXPECT_EQ(draw.source.value, "unlabeled");
  EXPECT_EQ(draw.source.where.column, 16);
  EXPECT_EQ(draw.source.where.length, 9);
  EXPECT_EQ(draw.count.value, 128);
  EXPECT_EQ(draw.count.where.column, 28);
  EXPECT_EQ(draw.count.where.length, 3);
}

}  // namespace
}  // namespace sganc
