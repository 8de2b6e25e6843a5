#pragma once

#include <string>
#include <vector>

namespace sganc {

/// The words, with `between` between each two.
inline std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const auto& word : words) text += (&word == words.data() ? "" : between) + word;
  return text;
}

}  // namespace sganc
