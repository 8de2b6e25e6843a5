#pragma once
// Reads IDX, the format of MNIST: a big-endian magic number and extents, then one byte for each value; plain
// or gzip-compressed. Every failure is a std::runtime_error that names the file and what was expected.

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace sganc {

/// Gray images, row-major: `pixels` holds count x height x width bytes.
struct IdxImages {
  std::int64_t count = 0, height = 0, width = 0;
  std::vector<std::uint8_t> pixels;
};

/// The size in bytes that the beginning of an IDX file declares, but at most kMostDataBytes + 1. The size of
/// a header if it is no IDX file.
std::uint64_t idx_size(std::span<const std::uint8_t> beginning);

/// The extents in the beginning of an image file (magic 0x803): count, height, width, each at least 1.
/// The pixels begin at the byte kIdxImagesBegin.
std::vector<std::int64_t> idx_image_extents(std::span<const std::uint8_t> beginning,
                                            const std::filesystem::path& path);
inline constexpr std::size_t kIdxImagesBegin = 16;

/// Parses the content of an image file (magic 0x803) or a label file (0x801). `path` names it in errors.
IdxImages parse_idx_images(std::vector<std::uint8_t> content, const std::filesystem::path& path);
std::vector<std::int32_t> parse_idx_labels(const std::vector<std::uint8_t>& content,
                                           const std::filesystem::path& path);

IdxImages read_idx_images(const std::filesystem::path& path);
std::vector<std::int32_t> read_idx_labels(const std::filesystem::path& path);

}  // namespace sganc
