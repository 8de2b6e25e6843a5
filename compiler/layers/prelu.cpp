#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// max(x, 0) + slope min(x, 0), with a slope of each channel that is learned. He, Zhang, Ren, Sun 2015.
Value prelu(LayerContext& c, Value x) {
  c.require_vectors("prelu", x);
  const Shape shape = c.b.shape(x);
  const Value slope =
      c.weight("weight", {shape.back()}, {Initializer::Kind::constant, c.keys.number("start")});
  return c.b.add(c.b.maximum(x, 0.0), c.b.multiply(c.b.broadcast_leading(slope, shape), c.b.minimum(x, 0.0)));
}

}  // namespace

extern const Layer prelu_layer{
    .name = "prelu",
    .description =
        "max(x, 0) + slope min(x, 0), with a slope for each channel, named weight, that is learned.",
    .build = prelu,
    .keys = {number("start", "the slopes before the first step").defaulting(0.25)},
    .samples = {{{2, 5, 5, 3}}, {{3, 17}, {{"start", 0.1}}}}};

}  // namespace sganc
