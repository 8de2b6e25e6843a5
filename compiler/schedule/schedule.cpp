#include "compiler/schedule/schedule.h"

#include <algorithm>

namespace sganc {
namespace {

/// Whether `text` is `pattern` with any characters in place of each `*`.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, after_star = 0;  // the last star, and where its text may end
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != pattern.npos) {
      p = star + 1, t = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

/// Whether the pattern matches the name, or FUNCTION/NAME if it has a "/".
bool fits_name(const std::string& pattern, const std::string& function, const std::string& name) {
  const bool of_function = pattern.find('/') != std::string::npos;
  return matches(pattern, of_function ? function + "/" + name : name);
}

}  // namespace

bool KernelOverride::fits(const std::string& function, const std::string& kernel) const {
  return fits_name(match.value, function, kernel);
}

bool ProductRule::fits(const std::string& function, const std::string& product) const {
  return fits_name(match.value, function, product);
}

std::vector<std::pair<std::string, Located<std::int64_t>>> ProductRule::tiling() const {
  std::vector<std::pair<std::string, Located<std::int64_t>>> given;
  if (tile) given.emplace_back("tile", *tile);
  if (block) given.emplace_back("block", *block);
  if (groups) given.emplace_back("groups", *groups);
  return given;
}

bool Fusion::separates(const std::string& from_layer, const std::string& to_layer) const {
  if (reach == Reach::nothing) return true;
  if (from_layer == to_layer) return false;
  const auto named = [](const std::vector<Located<std::string>>& patterns, const std::string& layer) {
    return std::ranges::any_of(patterns, [&](const auto& p) { return matches(p.value, layer); });
  };
  return reach == Reach::layers || named(store, from_layer) || named(apart, from_layer) ||
         named(apart, to_layer);
}

const KernelOverride* Schedule::override_for(const std::string& function, const std::string& kernel) const {
  for (auto it = kernels.rbegin(); it != kernels.rend(); ++it)
    if (it->fits(function, kernel)) return &*it;
  return nullptr;
}

}  // namespace sganc
