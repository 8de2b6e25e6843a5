#include "compiler/export/torch/python.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace sganc {

std::string python(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string python_pair(const std::vector<std::int64_t>& two) {
  return two.at(0) == two.at(1) ? std::to_string(two[0]) : python_tuple(two);
}

std::string python_tuple(const std::vector<std::int64_t>& numbers) {
  std::string text;
  for (const auto n : numbers) text += (text.empty() ? "" : ", ") + std::to_string(n);
  return "(" + text + (numbers.size() == 1 ? ",)" : ")");
}

std::string python_flag(bool flag) {
  return flag ? "True" : "False";
}

std::string python_text(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += std::string("\\") + c;
    else if (byte < 32 || byte == 127)
      quoted += std::string("\\x") + digits[byte / 16] + digits[byte % 16];
    else
      quoted += c;
  }
  return quoted + "\"";
}

bool is_python_keyword(const std::string& word) {
  static constexpr std::array words = {
      "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
      "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
      "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
      "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
  return std::ranges::find(words, word) != words.end();
}

std::string python_class(const std::string& name) {
  std::string text;
  bool upper = true;
  for (const char c : name) {
    if (c != '_') text += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = c == '_';
  }
  return text;
}

}  // namespace sganc
