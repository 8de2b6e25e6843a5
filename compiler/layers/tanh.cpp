#include "compiler/layers/layer.h"

namespace sganc {
namespace {

Value tanh(LayerContext& c, Value x) {
  return c.b.tanh(x);
}

}  // namespace

extern const Layer tanh_layer{.name = "tanh",
                              .description = "The hyperbolic tangent.",
                              .build = tanh,
                              .keys = {},
                              .samples = {{{2, 5, 5, 3}}, {{3, 7}}},
                              .is_function = true};

}  // namespace sganc
