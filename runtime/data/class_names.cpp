#include "runtime/data/class_names.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace sganc {
namespace {

/// The number that the text is, if it is one.
std::optional<double> number_of(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return {};
  return number;
}

}  // namespace

void sort_class_names(std::vector<std::string>& names) {
  std::ranges::sort(names);
  if (!std::ranges::all_of(names, [](const auto& name) { return number_of(name).has_value(); })) return;
  std::ranges::stable_sort(names, {}, [](const auto& name) { return *number_of(name); });
}

std::string in_small_letters(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool sounds_unlabelled(std::string_view name) {
  constexpr std::string_view kBeginnings[] = {"unlabel",  "nolabel",     "withoutlabel", "unsup",
                                              "unknown",  "unsorted",    "untagged",     "unannotated",
                                              "notlabel", "unclassified"};
  constexpr std::string_view kWhole[] = {"none", "na", "nan", "null", ""};
  std::string letters;
  for (const char c : name)
    if (std::isalpha(static_cast<unsigned char>(c))) letters += static_cast<char>(std::tolower(c));
  const bool digits = std::ranges::any_of(name, [](unsigned char c) { return std::isdigit(c) || c >= 0x80; });
  return (!digits && std::ranges::find(kWhole, letters) != std::end(kWhole)) || name == "-1" ||
         std::ranges::any_of(kBeginnings, [&](auto beginning) { return letters.starts_with(beginning); });
}

std::string listed_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return text + (names.size() > kMost ? " and " + std::to_string(names.size() - kMost) + " more" : "");
}

}  // namespace sganc
