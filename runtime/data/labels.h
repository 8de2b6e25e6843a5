#pragma once
// The choice of the few images whose labels a run may use: a pure function of the labels and the seed.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sganc {

/// `per_class` images of each class, drawn without replacement: their indices by class, within it as drawn.
/// A class with fewer images is a std::runtime_error.
std::vector<std::int32_t> choose_labelled(std::span<const std::int32_t> labels, int classes,
                                          std::int64_t per_class, std::uint64_t seed);

/// The text of labels.txt: one index a line.
std::string labels_text(std::span<const std::int32_t> indices);

}  // namespace sganc
