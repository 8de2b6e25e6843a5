#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// The number of pixels of the image that each window covers along one axis (1 or 2), for every element of
/// `shape`.
Value pixels_along(Builder& b, const Windows& w, std::size_t axis, const Shape& shape) {
  const auto number = [](std::int64_t n) { return static_cast<double>(n); };
  const Value index = b.iota(static_cast<int>(axis), shape);
  const Value first = b.add(b.multiply(index, number(w.stride[axis - 1])), -number(w.pads[axis - 1]));
  const Value end = b.add(first, number(w.size[axis - 1]));
  return b.subtract(b.minimum(end, b.like(end, number(w.image[axis]))), b.maximum(first, 0.0));
}

/// The mean of the pixels of each window that lie within the image.
Value average_pool(LayerContext& c, Value x) {
  Builder& b = c.b;
  const Windows w = windows_of("average_pool", c.keys, Shape(b.shape(x)));
  const Value padded = w.padded() ? b.pad(x, {0, w.pads[0], w.pads[1], 0}, {0, w.pads[2], w.pads[3], 0}) : x;
  const Value sum = combined(
      b, padded, w, [](Builder& builder, Value behind, Value pixel) { return builder.add(behind, pixel); });
  if (!w.padded()) return b.multiply(sum, 1.0 / static_cast<double>(w.size[0] * w.size[1]));
  const Shape shape = b.shape(sum);
  return b.divide(sum, b.multiply(pixels_along(b, w, 1, shape), pixels_along(b, w, 2, shape)));
}

}  // namespace

extern const Layer average_pool_layer{
    .name = "average_pool",
    .description = "The mean of each window, channel by channel, without the padding.",
    .build = average_pool,
    .keys = window_keys(),
    .samples = window_samples()};

}  // namespace sganc
