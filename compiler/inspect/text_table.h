#pragma once
// Tables of plain text.

#include <string>
#include <vector>

#include "compiler/graph/type.h"
#include "runtime/system/number_text.h"

namespace sganc {

/// Rows of cells under a heading, with two spaces between columns. A column whose name begins with '>' is
/// aligned to the right: {"layer", ">parameters"}. Cells may hold any UTF-8.
class TextTable {
 public:
  explicit TextTable(const std::vector<std::string>& columns);
  void row(std::vector<std::string> cells);

  /// The table. Every line begins with `indent` spaces and has none at its end.
  std::string text(int indent = 0) const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;  // the heading first
};

/// The same as a table of Markdown. A "|" in a cell is escaped.
std::string markdown_table(const std::vector<std::string>& columns,
                           const std::vector<std::vector<std::string>>& rows);

/// 14x14x128, or `scalar` for one number per example.
std::string shape_text(const Shape& shape);

/// "a, b", or "-" for none.
std::string listed(const std::vector<std::string>& words);

}  // namespace sganc
