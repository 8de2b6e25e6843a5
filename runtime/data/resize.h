#pragma once
// Fits pictures of any size to images of one shape.

#include <array>
#include <span>

#include "runtime/report/picture.h"

namespace sganc {

/// How to fit a picture with another aspect ratio: crop to the largest centred part with the right ratio, or
/// stretch all of it.
enum class Fit { crop, stretch };

/// Writes the picture as an image of `shape`: height, width, and 1 or 3 channels. A side that shrinks
/// averages the areas that its pixels cover. A side that grows is interpolated linearly between the centres
/// of pixels. Gray is 0.299 red + 0.587 green + 0.114 blue. Rounds once, at the end. A picture of the same
/// shape keeps its bytes.
void fit_picture(const Picture& picture, const std::array<std::int64_t, 3>& shape, Fit fit,
                 std::span<std::uint8_t> image);

}  // namespace sganc
