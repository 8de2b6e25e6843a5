#pragma once
// Random transformations of images, composed of primitives: one gather of each pixel, or of four, at computed
// places.

#include <functional>
#include <optional>

#include "compiler/graph/builder.h"
#include "compiler/language/model.h"

namespace sganc {

/// How images {batch, height, width, channels} are moved: all by their own numbers, f32 {batch}. What is
/// absent does nothing. In this order: mirrored, scaled, sheared, rotated about the middle, shifted; then
/// each place of the result looks by `bend` beside itself.
struct Warp {
  std::optional<Value> mirror_y, mirror_x;      // 1, or -1: upside down; left and right exchanged
  std::optional<Value> factor;                  // of the size
  std::optional<Value> shear;                   // pixels to the right for each pixel down
  std::optional<Value> angle;                   // radians, counterclockwise
  std::optional<Value> down, right;             // pixels
  std::optional<std::pair<Value, Value>> bend;  // pixels down and to the right: {batch, height, width}
  std::optional<double> fill;                   // what lies outside; absent: the nearest pixel

  /// Whether places lie between pixels, so that four of them are averaged.
  bool interpolates() const { return factor || shear || angle || bend; }
};

/// Throws ShapeError where x is no batch of images.
Value warped(Builder& b, Value x, const Warp& warp);

/// Numbers that were not drawn before: uniform in [0, 1), standard normal.
struct Draws {
  std::function<Value(const Shape&)> uniform, normal;
};

/// As [augment] says. `low` and `high` are the ends of the data's range. x itself where nothing changes.
/// Throws ShapeError.
Value augmented(Builder& b, Value x, const DeclaredAugmentation& how, double low, double high,
                const Draws& draws);

}  // namespace sganc
