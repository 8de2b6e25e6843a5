#include <algorithm>

#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// log sum exp(x) over these axes, which are removed. x is shifted by its maximum, so that nothing overflows.
Value along_axes(Builder& b, Value x, const std::vector<int>& axes) {
  const Shape shape = b.shape(x);
  std::vector<int> kept;
  for (int i = 0; i < static_cast<int>(shape.size()); ++i)
    if (std::ranges::find(axes, i) == axes.end()) kept.push_back(i);
  const Value largest = b.stop_gradient(b.reduce_max(x, axes));
  const Value shifted = b.subtract(x, b.broadcast(largest, shape, kept));
  return b.add(largest, b.log(b.reduce_sum(b.exp(shifted), axes)));
}

Value logsumexp(LayerContext& c, Value x) {
  c.require_vectors("logsumexp", x);
  return along_axes(c.b, x, {static_cast<int>(c.b.shape(x).size()) - 1});
}

}  // namespace

extern const Layer logsumexp_layer{.name = "logsumexp",
                                   .description =
                                       "log sum exp(x) over the last axis, which is removed. "
                                       "sigmoid(logsumexp(l)) is Z / (Z + 1), Z = sum exp(l).",
                                   .build = logsumexp,
                                   .keys = {},
                                   .samples = {{{3, 7}}, {{2, 3, 3, 5}}},
                                   .is_function = true,
                                   .along_axes = along_axes};

}  // namespace sganc
