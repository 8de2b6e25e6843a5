#include "runtime/system/number_text.h"

#include <charconv>
#include <cstdio>

namespace sganc {

std::string grouped(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

std::string fixed(double value, int digits) {
  char text[400];  // the largest double has 309 digits before the point
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string percent_text(double part) {
  return fixed(100 * part, 2) + " %";
}

std::string significant(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

std::string shortest(double number) {
  char digits[32];
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  if (const auto sign = text.find('e'); sign != std::string::npos) {  // 2e-04 -> 2e-4, 1e+22 -> 1e22
    auto first = sign + 1 + (text[sign + 1] == '-' ? 1 : 0);
    while (text[first] == '+' || text[first] == '0') text.erase(first, 1);
  }
  return text;
}

std::string duration_text(double seconds) {
  if (seconds < 99.5) return fixed(seconds, 0) + " s";
  if (seconds < 99.5 * 60) return fixed(seconds / 60, 0) + " min";
  return fixed(seconds / 3600, 1) + " h";
}

}  // namespace sganc
