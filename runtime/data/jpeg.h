#pragma once
// Reads JPEG pictures with libjpeg.

#include <array>
#include <filesystem>
#include <string_view>

#include "runtime/report/picture.h"

namespace sganc {

/// The picture, in gray or colour as in the file. A picture with more than twice `height` and `width` may be
/// reduced by averages of 2, 4 or 8 pixels each way, but not below twice these. Throws std::runtime_error
/// "PATH: not a readable JPEG picture: REASON" for a damaged or truncated file, and for one that declares
/// more pixels than its bytes can hold.
Picture decode_jpeg(std::string_view bytes, const std::filesystem::path& path, std::int64_t height,
                    std::int64_t width);

/// The height and width in the header, before any reduction.
std::array<std::int64_t, 2> jpeg_size(std::string_view bytes, const std::filesystem::path& path);

}  // namespace sganc
