#pragma once
// Takes a part of a large data set.

#include <cstdint>
#include <span>
#include <vector>

namespace sganc {

/// The places, in ascending order, of at most `limit` images: of each class, and of the images without a
/// label, the same part, but at least one. They are evenly spaced in the order of the images. Throws
/// std::runtime_error if there are more classes than the limit allows.
std::vector<std::int32_t> limited(std::span<const std::int32_t> labels, std::int64_t limit);

}  // namespace sganc
