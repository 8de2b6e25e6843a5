#pragma once
// Images and labels as a person's arrays: .npy or IDX files, plain or gzip-compressed, told apart by what is
// in them.

#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// Images as they lie in a file: bytes, count x height x width (x channels).
struct ArrayImages {
  std::int64_t count = 0;
  std::array<std::int64_t, 3> shape{};  // height, width, channels
  std::vector<std::uint8_t> pixels;
};

/// Of .npy an array of uint8 of three or four extents. What is wrong is a std::runtime_error that names the
/// file; so is that `stop` asked for an end.
ArrayImages read_array_images(const std::filesystem::path& path, const std::stop_token& stop = {});

/// So many labels, one an image: classes from 0, or kUnlabelled. Of .npy a vector of integers.
std::vector<std::int32_t> read_array_labels(const std::filesystem::path& path, std::int64_t images);

/// Points of a space: {count, size} numbers, all of them finite.
struct ArrayPoints {
  std::int64_t count = 0, size = 0;
  std::vector<float> values;
};

/// Of an .npy file with floats of 32 or 64 bits and the shape (count, size).
ArrayPoints read_array_points(const std::filesystem::path& path);

/// Writes floats of that shape as an .npy file, atomically.
void write_array(const std::filesystem::path& path, std::span<const std::int64_t> shape,
                 std::span<const float> values);

}  // namespace sganc
