#include "runtime/data/dataset.h"

namespace sganc {

std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels,
                                          std::span<const std::int32_t> indices, int classes) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(classes));
  for (const auto index : indices)
    ++counts.at(static_cast<std::size_t>(labels[static_cast<std::size_t>(index)]));
  return counts;
}

std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels, int classes) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(classes));
  for (const auto label : labels) ++counts.at(static_cast<std::size_t>(label));
  return counts;
}

}  // namespace sganc
