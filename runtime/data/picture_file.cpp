#include "runtime/data/picture_file.h"

#include <vips/vips.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runtime/data/plain_picture.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// Starts libvips once, for work in threads of our own and without a cache.
void start_vips() {
  static const bool started = [] {
    if (vips_init("sganc") != 0) throw std::runtime_error("libvips cannot be started");
    vips_cache_set_max(0);
    vips_concurrency_set(1);
    g_log_set_handler(
        "VIPS", G_LOG_LEVEL_MASK, [](const char*, GLogLevelFlags, const char*, void*) {}, nullptr);
    return true;
  }();
  (void)started;
  // Each thread that has used libvips says when it ends.
  thread_local const struct End {
    ~End() { vips_thread_shutdown(); }
  } end;
  (void)end;
}

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

/// An operation of libvips failed; its buffer of errors says why.
struct VipsFailure {};

/// Calls an operation that writes its result to `VipsImage**`.
template <class Operation>
Image result_of(const Operation& operation) {
  VipsImage* out = nullptr;
  if (operation(&out) != 0) throw VipsFailure();
  return Image(out);
}

/// The object that a function of libvips returns, unless it fails.
template <class Object>
Object* or_fail(Object* object) {
  if (!object) throw VipsFailure();
  return object;
}

enum class Kind { png, jpeg, webp, gif, tiff, bmp };
constexpr const char* kNames[] = {"PNG", "JPEG", "WebP", "GIF", "TIFF", "BMP"};

std::optional<Kind> kind_of(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\x89PNG")) return Kind::png;
  if (bytes.starts_with("\xff\xd8")) return Kind::jpeg;
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return Kind::webp;
  if (bytes.starts_with("GIF8")) return Kind::gif;
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv) || bytes.starts_with("II+\0"sv) ||
      bytes.starts_with("MM\0+"sv))
    return Kind::tiff;
  if (bytes.starts_with("BM")) return Kind::bmp;
  return {};
}

/// Refuses a file of no kind that is read, and says what it seems to be.
[[noreturn]] void refuse_kind(std::string_view bytes, const fs::path& path) {
  if (bytes.empty()) fail(path, "the file is empty");
  if (bytes.starts_with("version https://git-lfs"))
    fail(path, "a pointer of Git LFS in the place of the picture: `git lfs pull` brings it");
  if (bytes.size() > 12 && bytes.substr(4, 4) == "ftyp")
    fail(path, "a HEIC, AVIF or video file: save it as JPEG or PNG");
  fail(path, "not a picture that can be read: PNG, JPEG, WebP, GIF, TIFF or BMP");
}

/// The little-endian number of `size` bytes at `place`.
std::int64_t number_at(std::string_view bytes, std::size_t place, std::size_t size) {
  std::int64_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[place + i]);
  return number;
}

/// Refuses a BMP file that ends before its pixels do, which ImageMagick fills up with black.
void require_whole_bmp(std::string_view bytes, const fs::path& path) {
  constexpr std::size_t kHeader = 54;
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  if (bytes.size() < kHeader) fail(path, "not a readable BMP picture: it ends within its header");
  if (number_at(bytes, 14, 4) < 40 || number_at(bytes, 30, 4) != 0) return;  // an old header, or compressed
  const auto height = number_at(bytes, 22, 4);  // beyond 2^31: negative, with the rows from the top
  const auto rows = height < kMost ? height : 2 * kMost - height;
  const auto row = (number_at(bytes, 18, 4) * number_at(bytes, 28, 2) + 31) / 32 * 4;
  if (rows > 0 && row > (static_cast<std::int64_t>(bytes.size()) - number_at(bytes, 10, 4)) / rows)
    fail(path, "not a readable BMP picture: it ends before its last row");
}

class Decoding {
 public:
  Decoding(std::string_view bytes, Kind kind, const fs::path& path, const PictureReading& reading)
      : bytes_(bytes), kind_(kind), path_(path), reading_(reading) {}

  /// Throws VipsFailure, or std::runtime_error.
  ReadPicture decode() {
    Image image = load(1, VIPS_ACCESS_SEQUENTIAL);
    require_size(*image);
    const int orientation = vips_image_get_orientation(image.get());
    found_.size = {vips_image_get_height(image.get()), vips_image_get_width(image.get())};
    if (orientation >= 5) std::swap(found_.size[0], found_.size[1]);
    const int by = kind_ == Kind::jpeg ? reduction(found_.size, reading_) : 1;
    const bool at_random = orientation != 1 || reads_twice(*image);
    if (by > 1 || at_random) image = load(by, at_random ? VIPS_ACCESS_RANDOM : VIPS_ACCESS_SEQUENTIAL);
    image = in_screen_colours(std::move(image));
    image = on_background(std::move(image));
    if (vips_image_get_format(image.get()) != VIPS_FORMAT_UCHAR)
      image = result_of([&](VipsImage** out) { return vips_cast_uchar(image.get(), out, nullptr); });
    if (orientation != 1)
      image = result_of([&](VipsImage** out) { return vips_autorot(image.get(), out, nullptr); });
    take_pixels(*image);
    return std::move(found_);
  }

 private:
  /// Whether transparency or 16 bits are looked for before the pixels are converted.
  static bool reads_twice(VipsImage& image) {
    return vips_image_hasalpha(&image) || vips_image_get_format(&image) == VIPS_FORMAT_USHORT;
  }

  /// Reads the header. The pixels are read when they are asked for: once from the top, or at random.
  Image load(int reduced_by, VipsAccess access) const {
    void* const data = const_cast<char*>(bytes_.data());  // libvips only reads it
    const std::size_t size = bytes_.size();
    const auto load = [&](auto operation, auto... options) {
      return result_of([&](VipsImage** out) {
        return operation(data, size, out, "access", access, "fail_on", VIPS_FAIL_ON_ERROR, options...,
                         nullptr);
      });
    };
    switch (kind_) {
      case Kind::png:
        return load(vips_pngload_buffer);
      case Kind::jpeg:
        return load(vips_jpegload_buffer, "shrink", reduced_by);
      case Kind::webp:
        return load(vips_webpload_buffer);
      case Kind::gif:
        return load(vips_gifload_buffer);
      case Kind::tiff:
        return load(vips_tiffload_buffer);
      case Kind::bmp:
        require_whole_bmp(bytes_, path_);
        return load(vips_magickload_buffer);
    }
    throw std::logic_error("picture_file: unknown kind");
  }

  /// Only the header has been read. What it declares must be possible, and fit into memory.
  void require_size(VipsImage& image) const {
    const std::int64_t bits = kind_ == Kind::png ? 8 * VIPS_IMAGE_SIZEOF_PEL(&image) : 8;
    const bool deflated = kind_ == Kind::png || kind_ == Kind::jpeg;  // or even less compressed
    require_size_within(vips_image_get_width(&image), vips_image_get_height(&image), deflated ? bits : 0,
                        bytes_.size(), path_);
  }

  /// Whether the profile is one of sRGB, by its description.
  static bool is_srgb(VipsImage& image) {
    const void* data = nullptr;
    std::size_t size = 0;
    if (vips_image_get_blob(&image, VIPS_META_ICC_NAME, &data, &size) != 0) throw VipsFailure();
    const std::string_view profile(static_cast<const char*>(data), size);
    using namespace std::string_view_literals;
    return profile.find("sRGB"sv) != profile.npos || profile.find("s\0R\0G\0B"sv) != profile.npos;
  }

  Image in_screen_colours(Image image) {
    const auto format = vips_image_get_format(image.get());
    if (format != VIPS_FORMAT_UCHAR && format != VIPS_FORMAT_USHORT)
      fail(path_, "its pixels are neither of 8 nor of 16 bits: save it with 8");
    const int bands = vips_image_get_bands(image.get());
    const bool gray = bands < 3,
               print = vips_image_get_interpretation(image.get()) == VIPS_INTERPRETATION_CMYK;
    const bool profile = vips_image_get_typeof(image.get(), VIPS_META_ICC_NAME) != 0;
    if (print || (profile && !gray && !is_srgb(*image))) {
      VipsImage* out = nullptr;
      if (vips_icc_transform(image.get(), &out, "srgb", "embedded", TRUE, "input_profile",
                             print ? "cmyk" : "srgb", "depth", 8, nullptr) == 0)
        return Image(out);
      if (print) throw VipsFailure();
      vips_error_clear();  // a profile that is damaged: the colours are taken as they are
    }
    if (format == VIPS_FORMAT_USHORT) {
      double most = 0;
      if (vips_max(image.get(), &most, nullptr) != 0) throw VipsFailure();
      found_.dim = most < 4096;
    }
    if (format == VIPS_FORMAT_USHORT)
      image = result_of([&](VipsImage** out) { return vips_msb(image.get(), out, nullptr); });
    const auto now = vips_image_get_interpretation(image.get());
    if (gray || now == VIPS_INTERPRETATION_sRGB || now == VIPS_INTERPRETATION_RGB) return image;
    return result_of([&](VipsImage** out) {
      return vips_colourspace(image.get(), out, VIPS_INTERPRETATION_sRGB, nullptr);
    });
  }

  Image on_background(Image image) {
    if (!vips_image_hasalpha(image.get())) return image;
    const int bands = vips_image_get_bands(image.get());
    const Image alpha =
        result_of([&](VipsImage** out) { return vips_extract_band(image.get(), out, bands - 1, nullptr); });
    double least = 0;
    if (vips_min(alpha.get(), &least, nullptr) != 0) throw VipsFailure();
    found_.transparent = least < 255;
    const auto& [red, green, blue] = reading_.background;
    std::vector<double> colour = {double(red), double(green), double(blue)};
    if (bands == 2) colour = {0.299 * red + 0.587 * green + 0.114 * blue};
    const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> background(
        vips_array_double_new(colour.data(), static_cast<int>(colour.size())),
        [](VipsArrayDouble* array) { vips_area_unref(VIPS_AREA(array)); });
    return result_of([&](VipsImage** out) {
      return vips_flatten(image.get(), out, "background", background.get(), nullptr);
    });
  }

  /// This thread computes the pixels. If the image were written to memory, libvips would start another thread
  /// for it.
  void take_pixels(VipsImage& image) {
    const int bands = vips_image_get_bands(&image);
    if (bands != 1 && bands != 3)
      fail(path_, "it has " + std::to_string(bands) + " channels, and a picture has 1 or 3");
    const int width = vips_image_get_width(&image), height = vips_image_get_height(&image);
    const std::unique_ptr<VipsRegion, Unref> region(or_fail(vips_region_new(&image)));
    const auto row_size = static_cast<std::size_t>(width) * static_cast<std::size_t>(bands);
    std::vector<std::uint8_t> pixels(row_size * static_cast<std::size_t>(height));
    constexpr int kRows = 128;  // at one time; loaders that read from the top keep some more
    for (VipsRect rows{0, 0, width, 0}; rows.top < height; rows.top += rows.height) {
      rows.height = std::min(kRows, height - rows.top);
      if (vips_region_prepare(region.get(), &rows) != 0) throw VipsFailure();
      for (int y = rows.top; y < rows.top + rows.height; ++y)
        std::memcpy(pixels.data() + static_cast<std::size_t>(y) * row_size,
                    VIPS_REGION_ADDR(region.get(), 0, y), row_size);
    }
    found_.picture = {width, height, bands, std::move(pixels)};
  }

  std::string_view bytes_;
  Kind kind_;
  const fs::path& path_;
  const PictureReading& reading_;
  ReadPicture found_;
};

std::optional<ReadPicture> decode_plain(Kind kind, std::string_view bytes, const fs::path& path,
                                        const PictureReading& reading) {
  if (kind == Kind::jpeg) return decode_plain_jpeg(bytes, path, reading);
  if (kind == Kind::png) return decode_plain_png(bytes, path);
  return {};
}

/// Why the picture cannot be read: the first reason in libvips's buffer, as "Premature end of input file".
/// For a PNG there is none, or one that depends on the version.
std::string reason(Kind kind) {
  std::string text = vips_error_buffer();
  vips_error_clear();
  text = text.substr(0, text.find('\n'));
  if (const auto colon = text.find(": "); colon != text.npos) text = text.substr(colon + 2);
  return text.empty() || kind == Kind::png ? "it is damaged or cut off" : text;
}

}  // namespace

ReadPicture decode_picture(std::string_view bytes, const fs::path& path, const PictureReading& reading) {
  const auto kind = kind_of(bytes);
  if (!kind) refuse_kind(bytes, path);
  if (auto plain = decode_plain(*kind, bytes, path, reading)) return std::move(*plain);
  start_vips();
  // libvips has one buffer of errors for all threads: what fails is done again, alone, to learn the reason.
  static std::shared_mutex together;
  try {
    const std::shared_lock lock(together);
    return Decoding(bytes, *kind, path, reading).decode();
  } catch (const VipsFailure&) {
  }
  const std::unique_lock lock(together);
  vips_error_clear();
  try {
    return Decoding(bytes, *kind, path, reading).decode();
  } catch (const VipsFailure&) {
    fail(path,
         std::string("not a readable ") + kNames[static_cast<int>(*kind)] + " picture: " + reason(*kind));
  }
}

std::optional<std::string> webp_bytes(const Picture& picture) {
  start_vips();
  void* bytes = nullptr;
  std::size_t size = 0;
  try {
    const Image image(vips_image_new_from_memory(
        picture.pixels.data(), picture.pixels.size(), static_cast<int>(picture.width),
        static_cast<int>(picture.height), static_cast<int>(picture.channels), VIPS_FORMAT_UCHAR));
    if (!image || vips_webpsave_buffer(image.get(), &bytes, &size, "Q", 60, nullptr) != 0)
      throw VipsFailure();
  } catch (const VipsFailure&) {
    vips_error_clear();
    return {};
  }
  const std::unique_ptr<void, void (*)(void*)> memory(bytes, g_free);
  return std::string(static_cast<const char*>(bytes), size);
}

bool begins_as_picture(const fs::path& path) {
  std::array<char, 12> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  const auto kind = kind_of({bytes.data(), static_cast<std::size_t>(file.gcount())});
  return kind && *kind != Kind::bmp;
}

ReadPicture read_picture(const fs::path& path, const PictureReading& reading) {
  return decode_picture(read_file(path), path, reading);
}

}  // namespace sganc
