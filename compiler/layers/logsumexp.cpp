#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// log sum exp(x) over the last axis, which vanishes; shifted by its maximum, so that nothing overflows.
Value logsumexp(LayerContext& c, Value x) {
  c.require_vectors("logsumexp", x);
  const Shape shape = c.b.shape(x);
  const int last = static_cast<int>(shape.size()) - 1;
  const Value largest = c.b.stop_gradient(c.b.reduce_max(x, {last}));
  std::vector<int> kept;
  for (int i = 0; i < last; ++i) kept.push_back(i);
  const Value shifted = c.b.subtract(x, c.b.broadcast(largest, shape, kept));
  return c.b.add(largest, c.b.log(c.b.reduce_sum(c.b.exp(shifted), {last})));
}

}  // namespace

extern const Layer logsumexp_layer{
    .name = "logsumexp",
    .description =
        "log sum exp(x) over the last axis, which is removed. sigmoid(logsumexp(l)) is Z / "
        "(Z + 1), Z = sum exp(l).",
    .build = logsumexp,
    .keys = {},
    .samples = {{{3, 7}}, {{2, 3, 3, 5}}},
    .is_function = true};

}  // namespace sganc
