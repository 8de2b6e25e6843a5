#pragma once
// Reads CIFAR-10's binary version: records of a label and the red, green and blue planes of a 32 x 32 image.

#include <filesystem>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

inline constexpr std::int64_t kCifarPlane = 32 * 32;
inline constexpr std::int64_t kCifarRecordBytes = 1 + 3 * kCifarPlane;

/// Adds the images of a batch, which is a whole number of records, to `pixels` and their labels to `labels`.
/// Throws std::runtime_error, which names `path`, for a label that is no class.
void add_cifar_batch(const std::vector<std::uint8_t>& content, const std::filesystem::path& path, int classes,
                     std::vector<std::uint8_t>& pixels, std::vector<std::int32_t>& labels);

}  // namespace sganc
