#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// exp(x) / sum exp(x) over the last axis, with x shifted by its maximum. Declares x as its logits, from
/// which losses are computed.
Value softmax(LayerContext& c, Value x) {
  c.require_vectors("softmax", x);
  const Value e = c.b.exp(c.b.shifted(x));
  const Value y = c.b.divide(e, c.b.keep_and_reduce(Op::reduce_sum, e));
  c.declare_logits(y, {Logits::Of::softmax, x});
  return y;
}

}  // namespace

extern const Layer softmax_layer{
    .name = "softmax",
    .description = "exp(x) / sum exp(x) over the last axis: the probabilities of classes.",
    .build = softmax,
    .keys = {},
    .samples = {{{3, 7}}, {{2, 3, 3, 5}}},
    .is_function = true};

}  // namespace sganc
