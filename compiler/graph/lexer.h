#pragma once
// Splits the text of a module into tokens, each with its place.

#include <memory>
#include <string>
#include <string_view>

#include "compiler/language/source.h"

namespace sganc {

struct Token {
  enum class Kind { word, text, number, value, mark, comment, line_end, end };
  Kind kind = Kind::end;
  std::string text;  // of a text without quotes and escapes, of a value the digits, of a comment the origin
  Location where;

  bool is(Kind k, std::string_view t) const { return kind == k && text == t; }
  bool is_mark(char c) const { return kind == Kind::mark && text[0] == c; }
};

/// The name of the token in errors: `"conv"`, `the end of the line`.
std::string describe(const Token& token);

/// Whether `name` can stand without quotes: a letter or _, then letters, digits, _ . and -
bool is_word(std::string_view name);

class Lexer {
 public:
  explicit Lexer(std::shared_ptr<const SourceFile> file) : file_(std::move(file)), rest_(file_->text) {}

  /// The next token, or `end` after the last. Throws UserError at a character or text that is not allowed
  /// there.
  Token next();

 private:
  Token token(Token::Kind kind, std::size_t length);
  Token quoted_text();
  Token comment();

  std::shared_ptr<const SourceFile> file_;
  std::string_view rest_;
  int line_ = 1;
  int column_ = 1;
};

}  // namespace sganc
