#pragma once
// Pictures of 8 bits a channel: grids of generated images, and PNG files. Failures are std::runtime_error.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace sganc {

/// Rows from the top, pixels from the left, channels innermost: 1 (gray) or 3 (red, green, blue).
struct Picture {
  std::int64_t width = 0, height = 0, channels = 1;
  std::vector<std::uint8_t> pixels;
  bool operator==(const Picture&) const = default;
};

/// How a grid looks. Lengths in pixels of the picture.
struct GridStyle {
  std::int64_t columns = 10;
  std::int64_t scale = 0;         // every pixel of an image becomes scale x scale; 0: as fits a page
  std::int64_t separator = 2;     // between images
  std::int64_t margin = 8;        // around them all
  std::uint8_t background = 236;  // gray level of separators, margin and unused places
};

/// f32 images {n, height, width, channels} of values in [low, high], placed row by row; what lies outside of
/// the range is clamped, NaN becomes `low`. Of images whose channels are neither 1 nor 3 each channel is a
/// gray image, from left to right.
Picture image_grid(std::span<const float> images, std::int64_t height, std::int64_t width,
                   std::int64_t channels, float low, float high, const GridStyle& style = {});

/// Writes atomically, with a mark that says which program wrote it.
void write_png(const std::filesystem::path& path, const Picture& picture);

/// Whether the file is a PNG with that mark.
bool is_own_picture(const std::filesystem::path& path);

/// Reads any PNG as 8-bit gray (where the file is gray) or RGB, on black where it is transparent.
Picture read_png(const std::filesystem::path& path);

/// The same from the bytes of a file, which `path` names in errors.
Picture decode_png(std::string_view bytes, const std::filesystem::path& path);

/// Throws where a compressed picture says that it is larger than its bytes can tell, which is 1032 bytes of
/// pixels a byte, or than memory should be taken for: 2^27 pixels.
void require_size_within(std::int64_t width, std::int64_t height, std::int64_t bits_per_pixel,
                         std::size_t bytes, const std::filesystem::path& path);

}  // namespace sganc
