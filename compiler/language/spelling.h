#pragma once
// Writes values, for files and error messages.

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/system/number_text.h"

namespace sganc {

/// The same as a TOML float, which needs a point or an exponent: 1.0.
std::string toml_float(double number);

/// A TOML basic string with its quotes. All texts in TOML files are written this way. Bytes that are not
/// UTF-8 become U+FFFD, since TOML files must be UTF-8.
std::string toml_string(std::string_view text);

/// The text for a TOML comment: control characters are escaped, so that it stays on one line.
std::string toml_comment(std::string_view text);

/// `an adam optimizer`, `a conv layer`.
std::string with_article(const std::string& noun);

/// `2.46 GB`.
std::string gigabytes(double bytes);

/// `1 thread`, `2 threads`, `3 classes`.
template <std::integral Count>
std::string counted(Count count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : thing.ends_with('s') ? "es" : "s");
}

/// `a, b and c`.
std::string enumerated(const std::vector<std::string>& words);

}  // namespace sganc
