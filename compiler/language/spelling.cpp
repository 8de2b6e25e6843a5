#include "compiler/language/spelling.h"

#include <algorithm>
#include <charconv>

namespace sganc {

std::string shortest(double number) {
  char digits[32];
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  if (const auto sign = text.find('e'); sign != std::string::npos) {  // 2e-04 -> 2e-4, 1e+22 -> 1e22
    auto first = sign + 1 + (text[sign + 1] == '-' ? 1 : 0);
    while (text[first] == '+' || text[first] == '0') text.erase(first, 1);
  }
  return text;
}

std::string toml_float(double number) {
  std::string text = shortest(number);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;  // "n": inf and nan
}

namespace {

/// The number of bytes in the first character of the text. Returns 0 if these bytes are not UTF-8: an
/// overlong encoding, a surrogate, a code point beyond U+10FFFF, or a character that is cut off.
std::size_t character_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) ||
                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90);
  return wrong ? 0 : length;
}

/// The text with control characters escaped as in TOML, a backslash before each character of `escaped`, and
/// U+FFFD instead of bytes that are not UTF-8.
std::string escape(std::string_view text, std::string_view escaped) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string result;
  while (!text.empty()) {
    const auto length = character_at(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0)
      result += "\xEF\xBF\xBD";
    else if (escaped.find(text[0]) != std::string_view::npos)
      result += {'\\', text[0]};
    else if (byte < 0x20 || byte == 0x7F)
      result += {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    else
      result += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

}  // namespace

std::string toml_string(std::string_view text) {
  return '"' + escape(text, "\"\\") + '"';
}

std::string toml_comment(std::string_view text) {
  return escape(text, "");
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = character_at(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string with_article(const std::string& noun) {
  const bool spelled_out = noun.starts_with("sg") || noun.starts_with("rm");  // an sgd, an rmsprop
  const bool vowel = std::string_view("aeiouAEIOU").find(noun.at(0)) != std::string_view::npos;
  return (vowel || spelled_out ? "an " : "a ") + noun;
}

std::string enumerated(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

}  // namespace sganc
