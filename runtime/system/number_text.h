#pragma once
// The format of figures in texts, tables and pictures.

#include <cstdint>
#include <string>

namespace sganc {

std::string grouped(std::int64_t count);  // 1,164,289

/// With this many digits after the decimal point.
std::string fixed(double value, int digits);

std::string percent_text(double part);  // 97.10 %

/// At most so many significant digits: 0.0123, 1.5e-06.
std::string significant(double value, int digits);

/// The fewest digits that read back as the same number: 1, 0.5, 2e-4.
std::string shortest(double number);

/// `50 s`, `42 min`, `2.5 h`.
std::string duration_text(double seconds);

}  // namespace sganc
