#include "compiler/graph/lexer.h"

#include <algorithm>

namespace sganc {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool continues_word(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '-';
}
bool continues_number(char c) {
  return continues_word(c) || c == '+';
}

template <class Belongs>
std::size_t length_of(std::string_view text, Belongs belongs) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, belongs) - text.begin());
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

std::string name_of_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x7f) return "character \"" + std::string(1, c) + "\"";
  return std::string("byte 0x") + kHexDigits[byte >> 4] + kHexDigits[byte & 15];
}

/// Reads an escape, whose backslash comes before `text`. Removes the escape from `text`, and adds the
/// character that it stands for to `result`. Returns false if there is no such escape.
bool take_escape(std::string_view& text, std::string& result) {
  constexpr std::string_view letters = "\"\\nt", meanings = "\"\\\n\t";
  if (text.empty()) return false;
  if (const auto i = letters.find(text[0]); i != letters.npos) {
    result += meanings[i];
    text.remove_prefix(1);
    return true;
  }
  if (text[0] != 'x' || text.size() < 3) return false;
  const auto high = kHexDigits.find(text[1]), low = kHexDigits.find(text[2]);
  if (high == kHexDigits.npos || low == kHexDigits.npos) return false;
  result += static_cast<char>(high * 16 + low);
  text.remove_prefix(3);
  return true;
}

}  // namespace

std::string describe(const Token& token) {
  switch (token.kind) {
    case Token::Kind::text:
      return "the text \"" + token.text + "\"";
    case Token::Kind::value:
      return "%" + token.text;
    case Token::Kind::comment:
      return "a comment";
    case Token::Kind::line_end:
      return "the end of the line";
    case Token::Kind::end:
      return "the end of the text";
    default:
      return "\"" + token.text + "\"";
  }
}

bool is_word(std::string_view name) {
  return !name.empty() && is_letter(name[0]) && std::ranges::all_of(name, continues_word);
}

Token Lexer::token(Token::Kind kind, std::size_t length) {
  const auto text = rest_.substr(0, length);
  Token token{kind, std::string(text), {file_, line_, column_, columns(text)}};
  rest_.remove_prefix(length);
  column_ += token.where.length;
  return token;
}

Token Lexer::next() {
  token(Token::Kind::mark, length_of(rest_, is_blank));
  if (rest_.empty()) return {Token::Kind::end, "", {file_, line_, column_, 1}};
  const char c = rest_[0];
  if (c == '\n') {
    Token end = token(Token::Kind::line_end, 1);
    ++line_;
    column_ = 1;
    return end;
  }
  if (c == '"') return quoted_text();
  if (c == '#') return comment();
  if (is_letter(c)) return token(Token::Kind::word, length_of(rest_, continues_word));
  if (is_digit(c) || c == '-') return token(Token::Kind::number, length_of(rest_, continues_number));
  if (c == '%' && rest_.size() > 1 && is_digit(rest_[1])) {
    Token value = token(Token::Kind::value, 1 + length_of(rest_.substr(1), is_digit));
    value.text.erase(0, 1);
    return value;
  }
  if (std::string_view("=:,()[]{}?").find(c) != std::string_view::npos) return token(Token::Kind::mark, 1);
  const Location where{file_, line_, column_, 1};
  throw UserError{{where, "unexpected " + name_of_character(c), ""}};
}

Token Lexer::quoted_text() {
  std::string_view text = rest_.substr(1);
  std::string meaning;
  const auto here = [&] { return static_cast<std::size_t>(text.data() - rest_.data()); };
  while (!text.empty() && text[0] != '"' && text[0] != '\n') {
    const char c = text[0];
    text.remove_prefix(1);
    if (c != '\\') {
      meaning += c;
    } else if (!take_escape(text, meaning)) {
      const Location where{file_, line_, column_ + columns(rest_.substr(0, here() - 1)), 1};
      throw UserError{
          {where, "unknown escape", "an escape is \\\", \\\\, \\n, \\t or \\x and two hex digits"}};
    }
  }
  if (text.empty() || text[0] == '\n') {
    const Location where{file_, line_, column_, columns(rest_.substr(0, here()))};
    throw UserError{{where, "the text has no closing quote", ""}};
  }
  Token result = token(Token::Kind::text, here() + 1);
  result.text = meaning;
  return result;
}

Token Lexer::comment() {
  token(Token::Kind::mark, 1);
  token(Token::Kind::mark, length_of(rest_, is_blank));
  if (!rest_.empty() && rest_[0] == '"') {
    Token quoted = quoted_text();
    quoted.kind = Token::Kind::comment;
    return quoted;
  }
  Token result = token(Token::Kind::comment, std::min(rest_.find('\n'), rest_.size()));
  while (!result.text.empty() && is_blank(result.text.back())) result.text.pop_back();
  return result;
}

}  // namespace sganc
