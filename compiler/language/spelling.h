#pragma once
// How values are written, in files and in errors.

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace sganc {

/// The fewest digits that read back as the same number: 1, 0.5, 2e-4.
std::string shortest(double number);

/// The same as a TOML float, which needs a point or an exponent: 1.0.
std::string toml_float(double number);

/// A TOML basic string, quotes included: the one way in which texts come into TOML files. Bytes that are not
/// UTF-8, which no TOML file may hold, become U+FFFD.
std::string toml_string(std::string_view text);

/// The text as a TOML comment can hold it: the same without what would end the line or the file.
std::string toml_comment(std::string_view text);

/// Whether the text is well-formed UTF-8.
bool is_utf8(std::string_view text);

/// `an adam optimizer`, `a conv layer`.
std::string with_article(const std::string& noun);

/// `1 thread`, `2 threads`, `3 classes`.
template <std::integral Count>
std::string counted(Count count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : thing.ends_with('s') ? "es" : "s");
}

/// `a, b and c`.
std::string enumerated(const std::vector<std::string>& words);

}  // namespace sganc
