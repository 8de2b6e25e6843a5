#include "runtime/data/class_names.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace sganc {
namespace {

/// The whole number that the text is, if it is one.
std::optional<std::int64_t> whole(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

}  // namespace

void sort_class_names(std::vector<std::string>& names) {
  std::ranges::sort(names);
  if (!std::ranges::all_of(names, [](const auto& name) { return whole(name).has_value(); })) return;
  std::ranges::stable_sort(names, {}, [](const auto& name) { return *whole(name); });
}

std::string listed_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return text + (names.size() > kMost ? " and " + std::to_string(names.size() - kMost) + " more" : "");
}

}  // namespace sganc
