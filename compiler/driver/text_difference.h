#pragma once
// Which lines of a graph's text a pass took away and which it added.

#include <string>
#include <vector>

namespace sganc {

struct LineChange {
  char mark;  // ' ' in both, '-' before alone, '+' after alone
  std::string line;
};

/// The fewest changes that lead from one text to the other. Numbers of values (%12) do not count: a line that
/// is only numbered otherwise is the same, and stands as it is after.
std::vector<LineChange> text_difference(const std::string& before, const std::string& after);

}  // namespace sganc
