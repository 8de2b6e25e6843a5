#pragma once
// Random transformations of images, composed of primitives: each pixel of the result gathers one pixel, or
// four, from computed positions.

#include <functional>
#include <optional>

#include "compiler/graph/builder.h"
#include "compiler/language/model.h"

namespace sganc {

/// How images {batch, height, width, channels} are moved. Each image has its own numbers, f32 {batch}. A
/// member that is absent does nothing. The order is: mirror, scale, shear, rotate about the middle, shift.
/// Then each position of the result is displaced by `bend`.
struct Warp {
  std::optional<Value> mirror_y, mirror_x;      // 1 or -1; -1 turns upside down, or exchanges left and right
  std::optional<Value> factor;                  // of the size
  std::optional<Value> shear;                   // pixels to the right for each pixel down
  std::optional<Value> angle;                   // radians, counterclockwise
  std::optional<Value> down, right;             // pixels
  std::optional<std::pair<Value, Value>> bend;  // pixels down and to the right: {batch, height, width}
  std::optional<double> fill;  // the value outside of the image; if absent, that of the nearest pixel

  /// Whether positions lie between pixels, so that four pixels are averaged.
  bool interpolates() const { return factor || shear || angle || bend; }
};

/// Throws ShapeError if x is no batch of images.
Value warped(Builder& b, Value x, const Warp& warp);

/// Makes new random numbers: uniform in [0, 1), and standard normal.
struct Draws {
  std::function<Value(const Shape&)> uniform, normal;
};

/// x transformed as [augment] says, or x itself if nothing changes. `low` and `high` are the ends of the
/// data's range. Throws ShapeError.
Value augmented(Builder& b, Value x, const DeclaredAugmentation& how, double low, double high,
                const Draws& draws);

}  // namespace sganc
