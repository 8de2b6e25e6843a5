#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// Joins all axes but the batch, in row-major order: height, width, channel.
Value flatten(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  return c.b.view(x, {in[0], c.b.type(x).elements() / in[0]});
}

}  // namespace

extern const Layer flatten_layer{
    .name = "flatten",
    .description = "Turns an image into a vector, in the order height, width, channel.",
    .build = flatten,
    .keys = {},
    .samples = {{{2, 3, 4, 5}}}};

}  // namespace sganc
