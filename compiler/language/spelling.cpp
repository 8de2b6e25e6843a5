#include "compiler/language/spelling.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "runtime/system/utf8.h"

namespace sganc {

std::string toml_float(double number) {
  std::string text = shortest(number);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;  // "n": inf and nan
}

namespace {

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

std::string with_article(const std::string& noun) {
  const bool spelled_out = noun.starts_with("sg") || noun.starts_with("rm");  // an sgd, an rmsprop
  const bool vowel = std::string_view("aeiouAEIOU").find(noun.at(0)) != std::string_view::npos;
  return (vowel || spelled_out ? "an " : "a ") + noun;
}

std::string gigabytes(double bytes) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f GB", bytes / 1e9);
  return text;
}

std::string enumerated(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

}  // namespace sganc
