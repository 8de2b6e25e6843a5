#pragma once
// Reads images and labels from a user's arrays: .npy or IDX files, plain or gzip-compressed. The content
// decides the format.

#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// Images as a file holds them: bytes, count x height x width (x channels).
struct ArrayImages {
  std::int64_t count = 0;
  std::array<std::int64_t, 3> shape{};  // height, width, channels
  std::vector<std::uint8_t> pixels;
};

/// Reads images; an .npy file must hold uint8 with three or four extents. Throws std::runtime_error, which
/// names the file, for any mistake, and if `stop` is requested.
ArrayImages read_array_images(const std::filesystem::path& path, const std::stop_token& stop = {});

/// Reads `images` labels: classes from 0, or kUnlabelled. An .npy file must hold a vector of integers.
std::vector<std::int32_t> read_array_labels(const std::filesystem::path& path, std::int64_t images);

/// Points: {count, size} finite numbers.
struct ArrayPoints {
  std::int64_t count = 0, size = 0;
  std::vector<float> values;
};

/// Reads an .npy file with floats of 32 or 64 bits and the shape (count, size).
ArrayPoints read_array_points(const std::filesystem::path& path);

/// Writes floats of that shape as an .npy file, atomically.
void write_array(const std::filesystem::path& path, std::span<const std::int64_t> shape,
                 std::span<const float> values);

}  // namespace sganc
