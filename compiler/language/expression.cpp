#include "compiler/language/expression.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "compiler/language/spelling.h"

namespace sganc {
namespace {

constexpr int kMostTokens = 1000;  // bounds the recursion
constexpr std::int64_t kMostDrawn = 10'000'000;

struct Token {
  enum class Kind { number, name, symbol, end };
  Kind kind = Kind::end;
  std::string_view text;
  double number = 0;
  Location where;
};

[[noreturn]] void fail(const Location& where, std::string message, std::string help = {}) {
  throw UserError{{where, std::move(message), std::move(help)}};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  const char word[] = {'_', c};
  return is_identifier({word, 2});
}

bool is_comparison(std::string_view symbol) {
  return symbol == ">" || symbol == "<" || symbol == ">=" || symbol == "<=" || symbol == "==";
}

/// Splits an expression into tokens, counting lines and columns.
class Lexer {
 public:
  Lexer(std::string_view text, Location at) : rest_(text), at_(std::move(at)) {}

  Token next() {
    skip_blanks();
    Token token;
    token.where = at_;
    token.where.length = 1;
    if (rest_.empty()) return token;
    if (++tokens_ > kMostTokens)
      fail(token.where,
           "an expression may have at most " + std::to_string(kMostTokens) + " numbers, names and symbols");
    if (is_digit(rest_[0]) || rest_[0] == '.') return number(std::move(token));
    if (is_word(rest_[0])) {
      std::size_t size = end_of_word(1);
      // NET.LAYER, teacher.NET.LAYER
      for (int dots = rest_.starts_with("teacher.") ? 2 : 1;
           dots > 0 && rest_.substr(size).starts_with('.') && end_of_word(size + 1) > size + 1; --dots)
        size = end_of_word(size + 1);
      return take(std::move(token), Token::Kind::name, size);
    }
    if (const auto two = rest_.substr(0, 2); two == ">=" || two == "<=" || two == "==")
      return take(std::move(token), Token::Kind::symbol, 2);
    if (std::string_view("+-*/()[],<>").find(rest_[0]) == std::string_view::npos) {
      std::size_t size = 1;
      while (size < rest_.size() && (static_cast<unsigned char>(rest_[size]) & 0xC0) == 0x80) ++size;
      fail(token.where, "unexpected \"" + std::string(rest_.substr(0, size)) + "\" in an expression",
           rest_[0] == '=' ? "equality is written \"==\"" : "");
    }
    return take(std::move(token), Token::Kind::symbol, 1);
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos) {
      if (rest_[0] == '\n') {
        ++at_.line;
        at_.column = 1;
      } else {
        ++at_.column;
      }
      rest_.remove_prefix(1);
    }
  }

  std::size_t end_of_word(std::size_t at) const {
    while (at < rest_.size() && is_word(rest_[at])) ++at;
    return at;
  }

  Token number(Token token) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), token.number);
    if (error == std::errc::invalid_argument) fail(token.where, "unexpected \".\" in an expression");
    const auto size = static_cast<std::size_t>(end - rest_.data());
    token.where.length = static_cast<int>(size);
    if (error != std::errc())
      fail(token.where, "the number " + std::string(rest_.substr(0, size)) + " is out of range");
    return take(std::move(token), Token::Kind::number, size);
  }

  Token take(Token token, Token::Kind kind, std::size_t size) {
    token.kind = kind;
    token.text = rest_.substr(0, size);
    token.where.length = static_cast<int>(size);
    at_.column += static_cast<int>(size);
    rest_.remove_prefix(size);
    return token;
  }

  std::string_view rest_;
  Location at_;
  int tokens_ = 0;
};

class Parser {
 public:
  Parser(std::string_view text, const Location& at) : lexer_(text, at), token_(lexer_.next()) {}

  Expression whole() {
    Expression e = expression();
    if (token_.kind != Token::Kind::end) unexpected("an operator or the end");
    return e;
  }

 private:
  bool at(std::string_view symbol) const {
    return token_.kind == Token::Kind::symbol && token_.text == symbol;
  }

  Token advance() { return std::exchange(token_, lexer_.next()); }

  [[noreturn]] void unexpected(const std::string& expected) const {
    const bool end = token_.kind == Token::Kind::end;
    fail(token_.where, "expected " + expected + ", not " +
                           (end ? "the end of the expression" : "\"" + std::string(token_.text) + "\""));
  }

  void expect(std::string_view symbol, const std::string& expected) {
    if (!at(symbol)) unexpected(expected);
    advance();
  }

  static Expression call(const Token& of, std::string name, std::vector<Expression> arguments) {
    return {Expression::Kind::call, 0, std::move(name), std::move(arguments), of.where};
  }

  bool at_comparison() const { return token_.kind == Token::Kind::symbol && is_comparison(token_.text); }

  Expression expression() {
    Expression left = sum();
    if (!at_comparison()) return left;
    const Token op = advance();
    Expression right = sum();
    if (at_comparison())
      fail(token_.where, "a comparison cannot be compared again", "put one of them in parentheses");
    return call(op, std::string(op.text), {std::move(left), std::move(right)});
  }

  Expression sum() {
    Expression left = term();
    while (at("+") || at("-")) {
      const Token op = advance();
      Expression right = term();
      left = call(op, std::string(op.text), {std::move(left), std::move(right)});
    }
    return left;
  }

  Expression term() {
    Expression left = factor();
    while (at("*") || at("/")) {
      const Token op = advance();
      Expression right = factor();
      left = call(op, std::string(op.text), {std::move(left), std::move(right)});
    }
    return left;
  }

  Expression factor() {
    if (!at("-")) return primary();
    const Token op = advance();
    return call(op, "negate", {factor()});
  }

  Expression primary() {
    if (token_.kind == Token::Kind::number) {
      const Token token = advance();
      return {Expression::Kind::number, token.number, {}, {}, token.where};
    }
    if (token_.kind == Token::Kind::name) {
      const Token token = advance();
      if (!at("(") && token.text.find('.') != std::string_view::npos)
        fail(token.where, "\"" + std::string(token.text) + "\" must be called",
             "a layer of a net is written NET.LAYER(...)");
      if (!at("(")) return {Expression::Kind::name, 0, std::string(token.text), {}, token.where};
      if (token.text == "negate")
        fail(token.where, "\"negate\" is written \"-\"");  // the operator's own name
      advance();
      return call(token, std::string(token.text), list(")"));
    }
    if (at("(")) {
      advance();
      Expression inner = expression();
      expect(")", "an operator or \")\"");
      return inner;
    }
    if (at("[")) {
      const Token token = advance();
      return {Expression::Kind::list, 0, {}, list("]"), token.where};
    }
    unexpected("a number, a name, \"(\" or \"[\"");
  }

  /// Parses elements separated by commas, and then `close`. Only the list of a call may be empty.
  std::vector<Expression> list(const std::string& close) {
    std::vector<Expression> elements;
    if (close == "]" || !at(close)) {
      elements.push_back(expression());
      while (at(",")) {
        advance();
        elements.push_back(expression());
      }
    }
    expect(close, "an operator, \",\" or \"" + close + "\"");
    return elements;
  }

  Lexer lexer_;
  Token token_;
};

/// How tightly an expression binds: comparisons 0, sums 1, products 2, a sign 3, all else 4.
int binding(const Expression& e) {
  if (e.kind != Expression::Kind::call) return 4;
  if (is_comparison(e.name)) return 0;
  if (e.name == "+" || e.name == "-") return 1;
  if (e.name == "*" || e.name == "/") return 2;
  return e.name == "negate" ? 3 : 4;
}

std::string in_parentheses_below(int least, const Expression& e) {
  return binding(e) < least ? "(" + to_string(e) + ")" : to_string(e);
}

std::string join(const std::vector<Expression>& elements) {
  std::string joined;
  for (const auto& e : elements) joined += (&e == elements.data() ? "" : ", ") + to_string(e);
  return joined;
}

}  // namespace

Callee callee_of(const Expression& call) {
  static const std::string teacher = "teacher.";
  const bool averaged = call.name.starts_with(teacher);
  const std::string path = averaged ? call.name.substr(teacher.size()) : call.name;
  const auto dot = path.find('.');
  if (dot == std::string::npos) return {path, "", averaged};
  return {path.substr(0, dot), path.substr(dot + 1), averaged};
}

Expression parse_expression(const std::string& text, const Location& at) {
  return Parser(text, at).whole();
}

std::string to_string(const Expression& e) {
  switch (e.kind) {
    case Expression::Kind::number:
      return shortest(e.number);
    case Expression::Kind::name:
      return e.name;
    case Expression::Kind::list:
      return "[" + join(e.arguments) + "]";
    case Expression::Kind::call:
      break;
  }
  const int own = binding(e);
  if (own == 4) return e.name + "(" + join(e.arguments) + ")";
  if (own == 3) return "-" + in_parentheses_below(3, e.arguments.at(0));
  const int left = own == 0 ? 1 : own;  // a comparison within a comparison needs parentheses
  return in_parentheses_below(left, e.arguments.at(0)) + " " + e.name + " " +
         in_parentheses_below(own + 1, e.arguments.at(1));
}

Draw parse_draw(const Located<std::string>& name, const std::string& text, const Location& at) {
  const std::string help = "write a source and how many of it, as in \"labeled 50\"";
  std::vector<Located<std::string>> words;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \t", i), text.size());
    const std::string word = text.substr(i, end - i);
    words.push_back({word, {at.file, at.line, at.column + columns(text.substr(0, i)), columns(word)}});
    i = end;
  }
  const Location whole{at.file, at.line, at.column, std::max(1, columns(text))};
  if (words.size() != 2) fail(whole, "\"" + text + "\" is not a draw", help);
  constexpr std::string_view kSpread = "spread.";
  std::string_view source = words[0].value;
  if (source.starts_with(kSpread)) source.remove_prefix(kSpread.size());
  if (!is_identifier(source)) fail(words[0].where, "\"" + words[0].value + "\" is not a source", help);
  const auto& [digits, where] = words[1];
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error == std::errc::result_out_of_range) count = digits[0] == '-' ? 0 : kMostDrawn + 1;
  if (error == std::errc::invalid_argument || end != digits.data() + digits.size())
    fail(where, "the count must be an integer, not \"" + digits + "\"", help);
  if (count < 1) fail(where, "the count must be at least 1, not " + digits);
  if (count > kMostDrawn)
    fail(where, "the count must be at most " + std::to_string(kMostDrawn) + ", not " + digits);
  return {name, words[0], {count, where}};
}

}  // namespace sganc
