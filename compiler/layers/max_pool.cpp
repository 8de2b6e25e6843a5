#include "compiler/layers/windows.h"

#include <limits>

namespace sganc {
namespace {

/// x padded with pixels that are less than all others.
Value padded_below_all(Builder& b, Value x, const Windows& w) {
  if (!w.padded()) return x;
  const Shape low = {0, w.pads[0], w.pads[1], 0}, high = {0, w.pads[2], w.pads[3], 0};
  const Value padded = b.pad(x, low, high), inside = b.pad(b.like(x, 1.0), low, high);
  return b.select(inside, padded, b.like(padded, std::numeric_limits<float>::lowest()));
}

/// The largest pixel of each window. If several are equal, the first gets the gradient.
Value max_pool(LayerContext& c, Value x) {
  const Windows w = windows_of("max_pool", c.keys, Shape(c.b.shape(x)));
  return combined(c.b, padded_below_all(c.b, x, w), w,
                  [](Builder& b, Value behind, Value pixel) { return b.maximum(behind, pixel); });
}

}  // namespace

extern const Layer max_pool_layer{.name = "max_pool",
                                  .description = "The largest element of each window, channel by channel.",
                                  .build = max_pool,
                                  .keys = window_keys(),
                                  .samples = window_samples()};

}  // namespace sganc
