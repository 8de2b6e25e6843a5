#pragma once
// Tables of plain text, and how figures are written in them.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/graph/type.h"

namespace sganc {

/// Rows of cells under a heading, two spaces between columns. A column whose name begins with '>' stands to
/// the right: {"layer", ">parameters"}. Cells may hold any UTF-8.
class TextTable {
 public:
  explicit TextTable(const std::vector<std::string>& columns);
  void row(std::vector<std::string> cells);

  /// Every line behind `indent` spaces, without spaces at its end.
  std::string text(int indent = 0) const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;  // the heading first
};

std::string grouped(std::int64_t count);  // 1,164,289

/// With so many digits behind the point.
std::string fixed(double value, int digits);

/// 14x14x128; `scalar` for one number an example.
std::string shape_text(const Shape& shape);

/// "a, b", or "-" for none.
std::string listed(const std::vector<std::string>& words);

}  // namespace sganc
