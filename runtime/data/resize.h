#pragma once
// Pictures of any size and kind as images of one shape.

#include <array>
#include <span>

#include "runtime/report/picture.h"

namespace sganc {

/// How a picture of another aspect becomes an image: the largest centred part that has the aspect, or all of
/// it, stretched.
enum class Fit { crop, stretch };

/// Writes the picture as an image of that height, width and 1 or 3 channels. A side that shrinks takes the
/// averages of the areas that its pixels cover, one that grows interpolates linearly between the centres of
/// pixels. Gray is 0.299 red + 0.587 green + 0.114 blue. Rounds once, at the end; a picture of the same shape
/// keeps its bytes.
void fit_picture(const Picture& picture, const std::array<std::int64_t, 3>& shape, Fit fit,
                 std::span<std::uint8_t> image);

}  // namespace sganc
