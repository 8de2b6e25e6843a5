#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// 1 / (1 + exp(-x)). Declares x as its logits, from which losses are computed.
Value sigmoid(LayerContext& c, Value x) {
  const Value y = c.b.sigmoid(x);
  c.declare_logits(y, {Logits::Of::sigmoid, x});
  return y;
}

}  // namespace

extern const Layer sigmoid_layer{.name = "sigmoid",
                                 .description = "1 / (1 + exp(-x)).",
                                 .build = sigmoid,
                                 .keys = {},
                                 .samples = {{{2, 5, 5, 3}}, {{3, 7}}},
                                 .is_function = true};

}  // namespace sganc
