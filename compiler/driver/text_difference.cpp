#include "compiler/driver/text_difference.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <sstream>

namespace sganc {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The line without the numbers of values.
std::string unnumbered(const std::string& line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    text += line[i];
    if (line[i] == '%')
      while (i + 1 < line.size() && std::isdigit(static_cast<unsigned char>(line[i + 1]))) ++i;
  }
  return text;
}

std::vector<std::string> unnumbered(const std::vector<std::string>& lines) {
  std::vector<std::string> texts;
  for (const auto& line : lines) texts.push_back(unnumbered(line));
  return texts;
}

}  // namespace

std::vector<LineChange> text_difference(const std::string& before, const std::string& after) {
  const auto old_lines = lines_of(before), new_lines = lines_of(after);
  const auto a = unnumbered(old_lines), b = unnumbered(new_lines);
  // longest[i][k]: length of the longest common subsequence of a from i on and b from k on
  const std::size_t columns = b.size() + 1;
  std::vector<std::uint32_t> longest((a.size() + 1) * columns, 0);
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t k = b.size(); k-- > 0;)
      longest[i * columns + k] = a[i] == b[k]
                                     ? longest[(i + 1) * columns + k + 1] + 1
                                     : std::max(longest[(i + 1) * columns + k], longest[i * columns + k + 1]);
  std::vector<LineChange> changes;
  std::size_t i = 0, k = 0;
  while (i < a.size() || k < b.size()) {
    if (i < a.size() && k < b.size() && a[i] == b[k]) {
      changes.push_back({' ', new_lines[k]});
      ++i, ++k;
    } else if (k == b.size() ||
               (i < a.size() && longest[(i + 1) * columns + k] >= longest[i * columns + k + 1])) {
      changes.push_back({'-', old_lines[i++]});
    } else {
      changes.push_back({'+', new_lines[k++]});
    }
  }
  return changes;
}

}  // namespace sganc
