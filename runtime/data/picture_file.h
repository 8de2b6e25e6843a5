#pragma once
// Reads picture files of the kinds that people have: PNG, JPEG, WebP, GIF and TIFF (the first image of each),
// and BMP. The content decides the kind. libvips reads them; what it makes of a file is written down here.
//   orientation   as the EXIF data say: the picture stands upright
//   transparency  lies on a background
//   colours       gray, or red, green and blue in sRGB. A colour profile is applied, unless it is one of sRGB
//                 or of a gray picture; a gamma without a profile is not. Print colours (CMYK) are converted.
//   16 bits       the upper 8
// Every failure is a std::runtime_error that names the file.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/report/picture.h"

namespace sganc {

struct PictureReading {
  /// The size to which the picture will be resized, if it will be: a larger JPEG may then be reduced already,
  /// to no less than twice this size.
  std::int64_t height = 0, width = 0;
  std::array<std::uint8_t, 3> background = {255, 255, 255};  // of transparent parts: red, green, blue
};

struct ReadPicture {
  Picture picture;                     // of 1 or 3 channels
  std::array<std::int64_t, 2> size{};  // height and width in the file, upright
  bool transparent = false;            // whether any part of it is
  bool dim = false;                    // of 16 bits, of which the upper 4 are 0 everywhere: nearly black
};

ReadPicture read_picture(const std::filesystem::path& path, const PictureReading& reading = {});

/// Whether the file begins as one of these pictures, other than a BMP file, whose two letters may begin a
/// text.
bool begins_as_picture(const std::filesystem::path& path);

/// The same as read_picture from the bytes of a file, which `path` names in errors.
ReadPicture decode_picture(std::string_view bytes, const std::filesystem::path& path,
                           const PictureReading& reading = {});

/// The picture as a WebP file: much smaller than a PNG, and not exact. Returns nothing if this machine's
/// libvips writes none.
std::optional<std::string> webp_bytes(const Picture& picture);

}  // namespace sganc
