#include "runtime/data/plain_picture.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstring>
// jpeglib.h needs the header of std::FILE.
#include <jpeglib.h>

#include <vector>

#include "runtime/report/picture.h"

namespace sganc {
namespace {

/// Calls `use`, from which an error of the library jumps back to `errors`. Returns false for an error. The
/// jump skips destructors, so `use` and what it calls must hold nothing that has one.
template <class Use>
bool succeeds(std::jmp_buf& errors, const Use& use) {
  if (setjmp(errors) != 0) return false;
  use();
  return true;
}

class JpegDecoder {
 public:
  JpegDecoder() {
    state_.err = jpeg_std_error(&messages_);
    state_.client_data = this;
    messages_.error_exit = [](j_common_ptr state) {
      std::longjmp(static_cast<JpegDecoder*>(state->client_data)->errors_, 1);
    };
    messages_.emit_message = [](j_common_ptr state, int level) {
      if (level < 0) ++state->err->num_warnings;
    };
  }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder() { jpeg_destroy_decompress(&state_); }

  /// Reads the header. False if the file is not plain: EXIF data may turn it, and a profile may change its
  /// colours.
  bool begin(std::string_view bytes) {
    constexpr int kExif = JPEG_APP0 + 1, kProfile = JPEG_APP0 + 2;
    const bool read = succeeds(errors_, [&] {
      jpeg_create_decompress(&state_);
      jpeg_mem_src(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
      for (const int marker : {kExif, kProfile}) jpeg_save_markers(&state_, marker, 1);
      jpeg_read_header(&state_, TRUE);
    });
    return read && !state_.marker_list && !jpeg_has_multiple_scans(&state_) && state_.data_precision == 8 &&
           (state_.num_components == 1 || state_.num_components == 3);
  }

  std::array<std::int64_t, 2> size() const { return {state_.image_height, state_.image_width}; }

  /// Reads the pixels, `reduced_by` 1, 2, 4 or 8. Pixels that the file does not fill are left out.
  bool read(int reduced_by, Picture& picture) {
    picture = {state_.image_width / reduced_by, state_.image_height / reduced_by, state_.num_components, {}};
    const auto row_size = static_cast<std::size_t>(picture.width * picture.channels);
    picture.pixels.resize(row_size * static_cast<std::size_t>(picture.height));
    std::vector<JSAMPLE> row(row_size + static_cast<std::size_t>(picture.channels));
    const bool read = succeeds(errors_, [&] {
      state_.scale_num = 1;
      state_.scale_denom = static_cast<unsigned>(reduced_by);
      jpeg_start_decompress(&state_);
      for (auto* to = picture.pixels.data(); state_.output_scanline < picture.height; to += row_size) {
        JSAMPROW into = row.data();
        jpeg_read_scanlines(&state_, &into, 1);
        std::memcpy(to, into, row_size);
      }
    });
    return read && messages_.num_warnings == 0;
  }

 private:
  jpeg_decompress_struct state_{};
  jpeg_error_mgr messages_{};
  std::jmp_buf errors_{};
};

class PngDecoder {
 public:
  explicit PngDecoder(std::string_view bytes) : rest_(bytes) {
    png_ = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, this,
        [](png_structp png, png_const_charp) {
          std::longjmp(static_cast<PngDecoder*>(png_get_error_ptr(png))->errors_, 1);
        },
        [](png_structp png, png_const_charp) {
          static_cast<PngDecoder*>(png_get_error_ptr(png))->faultless_ = false;
        });
    if (png_) info_ = png_create_info_struct(png_);
  }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  /// Reads what stands before the pixels. False if the file is not plain.
  bool begin() {
    if (!info_) return false;
    const bool read = succeeds(errors_, [&] {
      png_set_read_fn(png_, this, [](png_structp png, png_bytep to, std::size_t count) {
        auto& rest = static_cast<PngDecoder*>(png_get_io_ptr(png))->rest_;
        if (count > rest.size()) png_error(png, "the file ends");
        std::memcpy(to, rest.data(), count);
        rest.remove_prefix(count);
      });
      png_read_info(png_, info_);
    });
    return read && png_get_bit_depth(png_, info_) <= 8 && is_plain();
  }

  std::array<std::int64_t, 2> size() const {
    return {png_get_image_height(png_, info_), png_get_image_width(png_, info_)};
  }
  std::int64_t bits_per_pixel() const {
    return std::int64_t{png_get_bit_depth(png_, info_)} * png_get_channels(png_, info_);
  }

  /// Reads the pixels of all channels, and the file to its end.
  bool read(Picture& picture) {
    const auto [height, width] = size();
    const bool begun = succeeds(errors_, [&] {
      png_set_expand(png_);  // palettes to colours, fewer bits to 8
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    if (!begun) return false;
    picture = {width, height, png_get_channels(png_, info_), {}};
    const auto row_size = static_cast<std::size_t>(width * picture.channels);
    picture.pixels.resize(row_size * static_cast<std::size_t>(height));
    std::vector<png_bytep> rows(static_cast<std::size_t>(height));
    for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = picture.pixels.data() + y * row_size;
    const bool read = succeeds(errors_, [&] {
      png_read_image(png_, rows.data());
      png_read_end(png_, info_);
    });
    return read && faultless_ && is_plain();
  }

 private:
  bool is_plain() const {
    return png_get_valid(png_, info_, PNG_INFO_tRNS | PNG_INFO_iCCP | PNG_INFO_eXIf) == 0;
  }

  std::string_view rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  bool faultless_ = true;
  std::jmp_buf errors_{};
};

/// Drops the last of two or four channels, if it is 255 everywhere.
bool drop_opaque(Picture& picture) {
  if (picture.channels % 2 == 1) return true;
  const auto channels = static_cast<std::size_t>(picture.channels);
  auto to = picture.pixels.begin();
  for (auto from = picture.pixels.begin(); from != picture.pixels.end(); from += picture.channels) {
    if (from[picture.channels - 1] != 255) return false;
    to = std::copy_n(from, channels - 1, to);
  }
  picture.pixels.erase(to, picture.pixels.end());
  --picture.channels;
  return true;
}

}  // namespace

int reduction(const std::array<std::int64_t, 2>& size, const PictureReading& wanted) {
  int by = wanted.height > 0 ? 8 : 1;
  while (by > 1 && (size[0] / by < 2 * wanted.height || size[1] / by < 2 * wanted.width)) by /= 2;
  return by;
}

std::optional<ReadPicture> decode_plain_jpeg(std::string_view bytes, const std::filesystem::path& path,
                                             const PictureReading& reading) {
  JpegDecoder decoder;
  if (!decoder.begin(bytes)) return {};
  ReadPicture found{.size = decoder.size()};
  require_size_within(found.size[1], found.size[0], 8, bytes.size(), path);
  if (!decoder.read(reduction(found.size, reading), found.picture)) return {};
  return found;
}

std::optional<ReadPicture> decode_plain_png(std::string_view bytes, const std::filesystem::path& path) {
  PngDecoder decoder(bytes);
  if (!decoder.begin()) return {};
  ReadPicture found{.size = decoder.size()};
  require_size_within(found.size[1], found.size[0], decoder.bits_per_pixel(), bytes.size(), path);
  if (!decoder.read(found.picture) || !drop_opaque(found.picture)) return {};
  return found;
}

}  // namespace sganc
