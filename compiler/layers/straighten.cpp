#include "compiler/layers/augment.h"
#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// Sums over an image, weighted by its ink.
class Moments {
 public:
  /// `ink` is f32 {batch, height, width}, and no element is negative.
  Moments(Builder& b, Value ink) : b_(b), ink_(ink), total_(b.maximum(b.reduce_sum(ink, {1, 2}), 1e-6)) {}

  /// The mean of v {batch, height, width}, each pixel as often as it has ink: {batch}.
  Value mean(Value v) { return b_.divide(b_.reduce_sum(b_.multiply(ink_, v), {1, 2}), total_); }

  /// v minus its mean in each image.
  Value centred(Value v, Value mean) { return b_.subtract(v, b_.broadcast(mean, b_.shape(v), {0})); }

 private:
  Builder& b_;
  Value ink_, total_;
};

/// The value of the ground: the lowest or the highest of each image, repeated over its pixels.
Value ground_of(Builder& b, Value x, bool bright_ink) {
  const Value value =
      bright_ink ? b.negate(b.reduce_max(b.negate(x), {1, 2, 3})) : b.reduce_max(x, {1, 2, 3});
  return b.broadcast(value, b.shape(x), {0});
}

/// Moves each row sideways in proportion to its height, so that the covariance of the two coordinates of the
/// ink becomes 0, and the centre of the ink to the middle of the image. LeCun, Bottou, Bengio, Haffner 1998,
/// section III.A.
Value straighten(LayerContext& c, Value x) {
  Builder& b = c.b;
  const Shape shape = b.shape(x);
  require_image("straighten", shape);
  const Shape pixels = {shape[0], shape[1], shape[2]};
  const Value ground = ground_of(b, x, c.keys.text("ink") == "bright");
  const Value drawn = b.subtract(x, ground);
  Moments of_ink(b, b.absolute(b.reduce_sum(drawn, {3})));
  const double middle_y = static_cast<double>(shape[1] - 1) / 2;
  const double middle_x = static_cast<double>(shape[2] - 1) / 2;
  const Value rows = b.add(b.iota(1, pixels), -middle_y), columns = b.add(b.iota(2, pixels), -middle_x);
  const Value mean_y = of_ink.mean(rows), mean_x = of_ink.mean(columns);
  const Value y = of_ink.centred(rows, mean_y), across = of_ink.centred(columns, mean_x);
  // Ink in a single row has no slant. A quarter of a squared pixel keeps the quotient finite.
  const Value slant =
      b.divide(of_ink.mean(b.multiply(y, across)), b.maximum(of_ink.mean(b.multiply(y, y)), 0.25));
  Warp warp;
  warp.fill = 0;
  warp.shear = b.negate(slant);
  warp.down = b.negate(mean_y);
  warp.right = b.subtract(b.multiply(slant, mean_y), mean_x);
  return b.add(warped(b, drawn, warp), ground);
}

}  // namespace

extern const Layer straighten_layer{
    .name = "straighten",
    .description =
        "Shears and moves each image so that what is drawn on it stands upright in the middle: "
        "for digits and letters.",
    .build = straighten,
    .keys = {text("ink", "whether the drawing is brighter or darker than the ground")
                 .one_of({"bright", "dark"})
                 .defaulting("bright")},
    .samples = {{{2, 6, 5, 1}}, {{3, 5, 7, 3}, {{"ink", std::string("dark")}}}}};

}  // namespace sganc
