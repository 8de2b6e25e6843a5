#pragma once
// The lines that a pass removed from a graph's text and those that it added.

#include <string>
#include <vector>

namespace sganc {

struct LineChange {
  char mark;  // ' ' in both texts, '-' only before, '+' only after
  std::string line;
};

/// The fewest changes from one text to the other. Lines that differ only in the numbers of values (%12) count
/// as equal, and are shown as they are after.
std::vector<LineChange> text_difference(const std::string& before, const std::string& after);

}  // namespace sganc
