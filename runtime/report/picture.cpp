#include "runtime/report/picture.h"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <string>

#include "runtime/system/files.h"

namespace sganc {
namespace {

/// The width in pixels up to which a grid is enlarged if no scale is given.
constexpr std::int64_t kPageWidth = 640;

std::uint8_t to_byte(float value, float low, float high) {
  const float unit = (value - low) / (high - low);
  if (!(unit > 0)) return 0;  // NaN too
  return static_cast<std::uint8_t>(std::lround(std::min(unit, 1.0f) * 255.0f));
}

std::int64_t grid_extent(std::int64_t count, std::int64_t cell, const GridStyle& style) {
  return 2 * style.margin + count * cell + (count - 1) * style.separator;
}

/// Copies one image, enlarged, to the place whose upper left pixel is (left, top).
void place_image(Picture& picture, std::span<const float> image, std::int64_t width, std::int64_t scale,
                 std::int64_t left, std::int64_t top, float low, float high) {
  const auto channels = picture.channels;
  const auto height = static_cast<std::int64_t>(image.size()) / (width * channels);
  for (std::int64_t y = 0; y < height * scale; ++y) {
    for (std::int64_t x = 0; x < width * scale; ++x) {
      const auto from = ((y / scale) * width + x / scale) * channels;
      const auto to = ((top + y) * picture.width + left + x) * channels;
      for (std::int64_t c = 0; c < channels; ++c)
        picture.pixels[static_cast<std::size_t>(to + c)] =
            to_byte(image[static_cast<std::size_t>(from + c)], low, high);
    }
  }
}

/// Returns the images with the channels of each row side by side: the first channel of all its pixels, then
/// the second, and so on.
std::vector<float> channels_apart(std::span<const float> images, std::int64_t width, std::int64_t channels) {
  std::vector<float> apart(images.size());
  const auto row = static_cast<std::size_t>(width * channels);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto pixel = i % row / static_cast<std::size_t>(channels),
               channel = i % static_cast<std::size_t>(channels);
    apart[i - i % row + channel * static_cast<std::size_t>(width) + pixel] = images[i];
  }
  return apart;
}

void append_big_endian(std::string& bytes, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift);
}

/// The length of a PNG's signature and header together.
constexpr std::size_t kHeader = 33;

/// Returns the chunk of text that says that sganc wrote a PNG. It follows the header.
std::string mark() {
  using namespace std::string_literals;
  const std::string content = "tEXtSoftware\0sganc"s;
  std::string chunk;
  append_big_endian(chunk, static_cast<std::uint32_t>(content.size() - 4));
  chunk += content;
  const auto* bytes = reinterpret_cast<const Bytef*>(content.data());
  append_big_endian(chunk, static_cast<std::uint32_t>(::crc32(0, bytes, static_cast<uInt>(content.size()))));
  return chunk;
}

/// Owns libpng's state of a picture in memory.
struct PngImage {
  png_image state{};
  PngImage() { state.version = PNG_IMAGE_VERSION; }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
  ~PngImage() { png_image_free(&state); }
};

}  // namespace

Picture image_grid(std::span<const float> images, std::int64_t height, std::int64_t width,
                   std::int64_t channels, float low, float high, const GridStyle& style) {
  if (height < 1 || width < 1 || channels < 1 || !(low < high) || style.columns < 1 || style.scale < 0 ||
      style.separator < 0 || style.margin < 0)
    throw std::logic_error("image_grid: bad extents, range or style");
  const auto size = static_cast<std::size_t>(height * width * channels);
  if (images.empty() || images.size() % size != 0)
    throw std::logic_error("image_grid: the values are not a whole number of images");
  if (channels != 1 && channels != 3)
    return image_grid(channels_apart(images, width, channels), height, width * channels, 1, low, high, style);
  const auto count = static_cast<std::int64_t>(images.size() / size);
  const auto columns = std::min(style.columns, count);
  const auto rows = (count + columns - 1) / columns;
  const auto scale = style.scale > 0
                         ? style.scale
                         : std::clamp(kPageWidth / (columns * width), std::int64_t{1}, std::int64_t{8});

  Picture picture{
      grid_extent(columns, width * scale, style), grid_extent(rows, height * scale, style), channels, {}};
  picture.pixels.assign(static_cast<std::size_t>(picture.width * picture.height * channels),
                        style.background);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto left = style.margin + (i % columns) * (width * scale + style.separator);
    const auto top = style.margin + (i / columns) * (height * scale + style.separator);
    place_image(picture, images.subspan(static_cast<std::size_t>(i) * size, size), width, scale, left, top,
                low, high);
  }
  return picture;
}

std::string encode_png(const Picture& picture) {
  if ((picture.channels != 1 && picture.channels != 3) || picture.width < 1 || picture.height < 1 ||
      picture.pixels.size() != static_cast<std::size_t>(picture.width * picture.height * picture.channels))
    throw std::logic_error("encode_png: the pixels do not fit the extents");
  PngImage png;
  png.state.width = static_cast<png_uint_32>(picture.width);
  png.state.height = static_cast<png_uint_32>(picture.height);
  png.state.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;

  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(png.state), '\0');
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&png.state, bytes.data(), &size, 0, picture.pixels.data(), 0, nullptr))
    throw std::runtime_error(std::string("cannot be written: ") + png.state.message);
  bytes.resize(size);
  return bytes.insert(kHeader, mark());
}

void write_png(const std::filesystem::path& path, const Picture& picture) {
  std::string bytes;
  try {
    bytes = encode_png(picture);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path.string() + ": " + error.what());
  }
  write_file_atomically(path, bytes);
}

bool is_own_picture(const std::filesystem::path& path) {
  const std::string own = mark();
  std::string begin(kHeader + own.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin.ends_with(own) &&
         begin.starts_with("\x89PNG");
}

void require_size_within(std::int64_t width, std::int64_t height, std::int64_t bits_per_pixel,
                         std::size_t bytes, const std::filesystem::path& path) {
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 27;
  constexpr std::int64_t kMostCompression = 1032;  // deflate's; Huffman codes of JPEG reach half of it
  const auto most = static_cast<std::int64_t>(bytes) * kMostCompression;
  const bool too_many = width < 1 || height < 1 || width > kMostPixels / height;
  if (too_many || (width * bits_per_pixel + 7) / 8 * height > most)
    throw std::runtime_error(
        path.string() + ": a picture of " + std::to_string(width) + " x " + std::to_string(height) +
        " pixels " + (too_many ? "is too large" : "does not fit into " + std::to_string(bytes) + " bytes"));
}

}  // namespace sganc
