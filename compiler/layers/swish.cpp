#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// x sigmoid(x), with sigmoid(x) = (1 + tanh(x / 2)) / 2, whose gradient cannot overflow. Also called SiLU.
/// Ramachandran, Zoph, Le 2017.
Value swish(LayerContext& c, Value x) {
  const Value half = c.b.multiply(x, 0.5);
  return c.b.multiply(half, c.b.add(c.b.tanh(half), 1.0));
}

}  // namespace

extern const Layer swish_layer{.name = "swish",
                               .description = "x sigmoid(x), also called SiLU.",
                               .build = swish,
                               .keys = {},
                               .samples = {{{2, 5, 5, 3}}, {{3, 7}}},
                               .is_function = true};

}  // namespace sganc
