#include <numbers>

#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// The difference of the two neighbours of each pixel along an axis, 0 at the edges.
Value difference(Builder& b, Value x, std::size_t axis) {
  Shape inner = b.shape(x), begin(inner.size(), 0), edge(inner.size(), 0);
  inner[axis] -= 2, begin[axis] = 2, edge[axis] = 1;
  const Value before = b.slice(x, Shape(inner.size(), 0), inner);
  return b.pad(b.subtract(b.slice(x, begin, inner), before), edge, edge);
}

/// How fast each pixel grows brighter in each of several directions, or 0 where it grows darker: histograms
/// of oriented gradients (Dalal, Triggs 2005) are means of it over windows.
Value oriented_gradients(LayerContext& c, Value x) {
  Builder& b = c.b;
  const Shape in = b.shape(x);
  require_image("oriented_gradients", in);
  if (in[1] < 3 || in[2] < 3)
    throw ShapeError("oriented_gradients needs at least 3 x 3 pixels, not " + std::to_string(in[1]) + " x " +
                     std::to_string(in[2]));
  const std::int64_t directions = c.keys.integer("directions");
  const Shape shape = {in[0], in[1], in[2], in[3], directions};
  const auto repeated = [&](Value v) { return b.broadcast(v, shape, {0, 1, 2, 3}); };
  const Value angle =
      b.multiply(b.iota(0, {directions}), 2 * std::numbers::pi / static_cast<double>(directions));
  const auto of_direction = [&](Value v) { return b.broadcast(v, shape, {4}); };
  const Value right = of_direction(b.cos(angle));
  const Value down = of_direction(b.cos(b.add(angle, -std::numbers::pi / 2)));
  const Value slope = b.add(b.multiply(repeated(difference(b, x, 2)), right),
                            b.multiply(repeated(difference(b, x, 1)), down));
  return b.view(b.maximum(slope, 0.0), {in[0], in[1], in[2], in[3] * directions});
}

}  // namespace

extern const Layer oriented_gradients_layer{
    .name = "oriented_gradients",
    .description =
        "The slope of the brightness in several directions, or 0 where it falls: as many channels "
        "as directions for each channel. Means of it over windows tell shapes apart.",
    .build = oriented_gradients,
    .keys = {integer("directions", "evenly spaced directions, the first to the right").from(2).defaulting(8)},
    .samples = {{{2, 4, 5, 1}}, {{2, 3, 6, 3}, {{"directions", std::int64_t{5}}}}}};

}  // namespace sganc
