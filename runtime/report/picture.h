#pragma once
// Pictures with 8 bits per channel: grids of generated images, and PNG files. Failures are
// std::runtime_error.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sganc {

/// Rows from the top, pixels from the left, channels innermost: 1 (gray) or 3 (red, green, blue).
struct Picture {
  std::int64_t width = 0, height = 0, channels = 1;
  std::vector<std::uint8_t> pixels;
  bool operator==(const Picture&) const = default;
};

/// The look of a grid. Lengths are in pixels of the picture.
struct GridStyle {
  std::int64_t columns = 10;
  /// Each pixel of an image becomes scale x scale pixels; 0 chooses a scale that fits a page.
  std::int64_t scale = 0;
  std::int64_t separator = 2;     // between images
  std::int64_t margin = 8;        // around all images
  std::uint8_t background = 236;  // gray level of separators, margin and unused places
};

/// Places f32 images {n, height, width, channels} row by row. Values outside of [low, high] are clamped, and
/// NaN becomes `low`. If images have neither 1 nor 3 channels, each channel becomes a gray image, from left
/// to right.
Picture image_grid(std::span<const float> images, std::int64_t height, std::int64_t width,
                   std::int64_t channels, float low, float high, const GridStyle& style = {});

/// The bytes of a PNG file, with a mark that sganc wrote it.
std::string encode_png(const Picture& picture);

/// Writes them to a file atomically.
void write_png(const std::filesystem::path& path, const Picture& picture);

/// Whether the file is a PNG with that mark.
bool is_own_picture(const std::filesystem::path& path);

/// Throws if a compressed picture declares more pixels than its bytes can hold (1032 bytes of pixels for each
/// byte; not checked if `bits_per_pixel` is 0), or more than 2^27 pixels.
void require_size_within(std::int64_t width, std::int64_t height, std::int64_t bits_per_pixel,
                         std::size_t bytes, const std::filesystem::path& path);

}  // namespace sganc
