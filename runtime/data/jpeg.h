#pragma once
// JPEG pictures, by libjpeg.

#include <array>
#include <filesystem>
#include <string_view>

#include "runtime/report/picture.h"

namespace sganc {

/// The picture, gray or colour as it is. Where it is more than twice as high and as wide as `height` and
/// `width` it may be reduced, by averages of 2, 4 or 8 pixels each way, as far as that stays so. What is
/// damaged, cut off or larger than its bytes can tell is a std::runtime_error "PATH: not a readable JPEG
/// picture: REASON".
Picture decode_jpeg(std::string_view bytes, const std::filesystem::path& path, std::int64_t height,
                    std::int64_t width);

/// Its height and width before any reduction, from its header.
std::array<std::int64_t, 2> jpeg_size(std::string_view bytes, const std::filesystem::path& path);

}  // namespace sganc
