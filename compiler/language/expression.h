#pragma once
// The expressions of `minimize`, and the draws of `draw`: their syntax trees and parsers.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/language/source.h"

namespace sganc {

/// A syntax tree. Operators are calls named "+", "-", "*", "/", "negate", ">", "<", ">=", "<=", "==".
struct Expression {
  enum class Kind { number, name, call, list };
  Kind kind = Kind::number;
  double number = 0;
  std::string name;                   // of a name or of a call's function
  std::vector<Expression> arguments;  // of a call or a list
  Location where;                     // the token that names it; for a binary operator the operator
};

/// What a call names: a net `trunk`, or one of its layers `trunk.conv_3`. With `teacher.` before it, the
/// weights are the averaged ones.
struct Callee {
  std::string name, layer;
  bool averaged = false;
};
Callee callee_of(const Expression& call);

/// What an update draws each time it runs: `labeled 50`, `unlabeled 50`, or `NAME 50` for a declared latent
/// or class input.
struct Draw {
  Located<std::string> name;    // x in draw = { x = "labeled 50" }
  Located<std::string> source;  // labeled | unlabeled | the name of an input
  Located<std::int64_t> count;  // examples in each run of the update
};

/// Parses `text`, whose first character stands at `at`. Throws UserError at the offending token.
///   expression := sum [ (">" | "<" | ">=" | "<=" | "==") sum ]
///   sum        := term { ("+" | "-") term }
///   term       := factor { ("*" | "/") factor }
///   factor     := "-" factor | primary
///   primary    := NUMBER | NAME | NAME {"." NAME} "(" [list] ")" | "(" expression ")" | "[" list "]"
///   list       := expression { "," expression }
/// A column is a code point; a line break in `text` is one in the file.
Expression parse_expression(const std::string& text, const Location& at);

/// Parses `SOURCE COUNT`. Throws UserError.
Draw parse_draw(const Located<std::string>& name, const std::string& text, const Location& at);

/// The text of an expression, with as few parentheses as possible.
std::string to_string(const Expression& expression);

}  // namespace sganc
