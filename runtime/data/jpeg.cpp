#include "runtime/data/jpeg.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>

// needs <cstddef> and <cstdio>
#include <jpeglib.h>

#include <jerror.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sganc {
namespace {

/// The most scans of a progressive picture. A scan of a few bytes may take a pass over the whole picture.
constexpr int kMostScans = 200;

/// Whether this message of libjpeg means that a part of the picture is missing or damaged.
constexpr bool loses_data(int message) {
  return message == JWRN_JPEG_EOF || message == JWRN_HIT_MARKER || message == JWRN_HUFF_BAD_CODE ||
         message == JWRN_ARITH_BAD_CODE || message == JWRN_MUST_RESYNC;
}

/// libjpeg's state. Its errors jump back to `attempt`, which then returns false.
class Decoder {
 public:
  Decoder() {
    state.err = jpeg_std_error(&errors_);
    state.client_data = this;
    errors_.error_exit = [](j_common_ptr s) { of(s).fail(); };
    errors_.emit_message = [](j_common_ptr s, int level) {
      if (level < 0 && loses_data(s->err->msg_code)) of(s).fail();
    };
    progress_.progress_monitor = [](j_common_ptr s) {
      if (reinterpret_cast<j_decompress_ptr>(s)->input_scan_number > kMostScans) of(s).fail("too many scans");
    };
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&state); }

  void create() {
    jpeg_create_decompress(&state);
    state.progress = &progress_;
  }

  /// Runs `work`. Returns false if an error ended it. `work` must not own anything: an error jumps out of it.
  template <class Work>
  bool attempt(Work work) {
    if (setjmp(jump_) != 0) return false;
    work();
    return true;
  }

  const char* reason() const { return reason_; }

  jpeg_decompress_struct state{};

 private:
  static Decoder& of(j_common_ptr s) { return *static_cast<Decoder*>(s->client_data); }

  [[noreturn]] void fail(const char* reason = nullptr) {
    if (reason)
      std::snprintf(reason_, sizeof reason_, "%s", reason);
    else
      errors_.format_message(reinterpret_cast<j_common_ptr>(&state), reason_);
    std::longjmp(jump_, 1);
  }

  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf jump_{};
  char reason_[JMSG_LENGTH_MAX] = {};
};

/// Returns the largest of 8, 4, 2 and 1 by which both sides can be divided and still be at least twice as
/// long as `height` and `width`; 1 if none can.
unsigned reduction(std::int64_t picture_height, std::int64_t picture_width, std::int64_t height,
                   std::int64_t width) {
  unsigned by = 8;
  while (by > 1 && (picture_height / by < 2 * height || picture_width / by < 2 * width)) by /= 2;
  return by;
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason) {
  throw std::runtime_error(path.string() + ": not a readable JPEG picture: " + reason);
}

/// Begins to decode: reads the header. Throws std::runtime_error if it cannot be read, or if the bytes cannot
/// hold a picture of the declared size.
void begin(Decoder& decoder, std::string_view bytes, const std::filesystem::path& path) {
  auto& s = decoder.state;
  const bool begun = decoder.attempt([&] {
    decoder.create();
    jpeg_mem_src(&s, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&s, TRUE);
  });
  if (!begun) refuse(path, decoder.reason());
  require_size_within(s.image_width, s.image_height, 8, bytes.size(), path);
}

}  // namespace

Picture decode_jpeg(std::string_view bytes, const std::filesystem::path& path, std::int64_t height,
                    std::int64_t width) {
  Decoder decoder;
  auto& s = decoder.state;
  begin(decoder, bytes, path);
  if (s.jpeg_color_space == JCS_CMYK || s.jpeg_color_space == JCS_YCCK)
    refuse(path, "it has the colours of print (CMYK), save it with those of a screen (RGB)");
  const bool gray = s.jpeg_color_space == JCS_GRAYSCALE;
  s.out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  s.scale_num = 1;
  s.scale_denom = reduction(s.image_height, s.image_width, height, width);
  if (!decoder.attempt([&] { jpeg_start_decompress(&s); })) refuse(path, decoder.reason());

  Picture picture{s.output_width, s.output_height, gray ? 1 : 3, {}};
  const auto stride = static_cast<std::size_t>(picture.width * picture.channels);
  picture.pixels.resize(stride * static_cast<std::size_t>(picture.height));
  std::uint8_t* const pixels = picture.pixels.data();
  const bool finished = decoder.attempt([&] {
    while (s.output_scanline < s.output_height) {
      JSAMPROW row = pixels + stride * s.output_scanline;
      jpeg_read_scanlines(&s, &row, 1);
    }
    jpeg_finish_decompress(&s);
  });
  if (!finished) refuse(path, decoder.reason());
  return picture;
}

std::array<std::int64_t, 2> jpeg_size(std::string_view bytes, const std::filesystem::path& path) {
  Decoder decoder;
  begin(decoder, bytes, path);
  return {decoder.state.image_height, decoder.state.image_width};
}

}  // namespace sganc
