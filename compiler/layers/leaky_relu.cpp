#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// max(x, slope x). Maas, Hannun, Ng 2013.
Value leaky_relu(LayerContext& c, Value x) {
  return c.b.maximum(x, c.b.multiply(x, c.keys.number("slope")));
}

}  // namespace

extern const Layer leaky_relu_layer{
    .name = "leaky_relu",
    .description = "max(x, slope x).",
    .build = leaky_relu,
    .keys = {number("slope", "factor for negative inputs").from(0).to(1).defaulting(0.2)},
    .samples = {{{2, 5, 5, 3}, {{"slope", 0.1}}}, {{3, 7}}},
    .is_function = true};

}  // namespace sganc
