#pragma once
// CIFAR-10's binary version: records of a label and the planes of an image of 32 x 32, red, green, blue.

#include <filesystem>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

inline constexpr std::int64_t kCifarPlane = 32 * 32;
inline constexpr std::int64_t kCifarRecordBytes = 1 + 3 * kCifarPlane;

/// Adds the images of a batch, a whole number of records, to `split`. A label that is no class is a
/// std::runtime_error; `path` names the batch in it.
void add_cifar_batch(const std::vector<std::uint8_t>& content, const std::filesystem::path& path, int classes,
                     Split& split);

}  // namespace sganc
