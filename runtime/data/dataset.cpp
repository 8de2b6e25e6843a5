#include "runtime/data/dataset.h"

#include <algorithm>

namespace sganc {

std::int64_t Split::unlabelled() const {
  return std::ranges::count(labels, kUnlabelled);
}

std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels,
                                          std::span<const std::int32_t> indices, int classes) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(classes));
  for (const auto index : indices) {
    const auto label = labels[static_cast<std::size_t>(index)];
    if (label != kUnlabelled) ++counts.at(static_cast<std::size_t>(label));
  }
  return counts;
}

std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels, int classes) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(classes));
  for (const auto label : labels)
    if (label != kUnlabelled) ++counts.at(static_cast<std::size_t>(label));
  return counts;
}

std::string class_names_text(std::span<const std::string> names) {
  std::string text;
  for (const auto& name : names) text += name + "\n";
  return text;
}

std::vector<std::string> numbered_classes(int count) {
  std::vector<std::string> names;
  for (int c = 0; c < count; ++c) names.push_back(std::to_string(c));
  return names;
}

}  // namespace sganc
