#pragma once
// Reads plain JPEG and PNG files straight from libjpeg and libpng: upright, of 8 bits, without a colour
// profile, and opaque. libvips gives the same bytes, but spends 0.2 ms on the objects, tables and locks of
// each picture, even where no operation is left to leave out. A JPEG of 64 x 64 pixels takes 0.04 ms in all.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "runtime/data/picture_file.h"

namespace sganc {

/// The largest of 8, 4, 2 and 1 by which both sides of a JPEG can be divided and still be at least twice as
/// long as the wanted ones; 1 if none can, or no size is wanted.
int reduction(const std::array<std::int64_t, 2>& size, const PictureReading& wanted);

/// Nothing if the file is not plain or has any fault, even a small one: libvips decides about it. Throws
/// std::runtime_error for a picture that is too large, or larger than its bytes can hold.
std::optional<ReadPicture> decode_plain_jpeg(std::string_view bytes, const std::filesystem::path& path,
                                             const PictureReading& reading);
std::optional<ReadPicture> decode_plain_png(std::string_view bytes, const std::filesystem::path& path);

}  // namespace sganc
