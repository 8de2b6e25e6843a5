#pragma once
// Takes a part of a data set.

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// The places, in ascending order, of at most `limit` images: of each class, and of the images without a
/// label, the same part, but at least one. They are evenly spaced in the order of the images. Throws
/// std::runtime_error if there are more classes than the limit allows.
std::vector<std::int32_t> limited(std::span<const std::int32_t> labels, std::int64_t limit);

/// Keeps the images `places` with their labels, in ascending order, and drops the others. An image has
/// `bytes` bytes.
void keep_images(Split& split, std::span<const std::int32_t> places, std::size_t bytes);

}  // namespace sganc
