#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// max(x, 0).
Value relu(LayerContext& c, Value x) {
  return c.b.maximum(x, 0.0);
}

}  // namespace

extern const Layer relu_layer{.name = "relu",
                              .description = "max(x, 0).",
                              .build = relu,
                              .keys = {},
                              .samples = {{{2, 5, 5, 3}}, {{3, 7}}},
                              .is_function = true};

}  // namespace sganc
