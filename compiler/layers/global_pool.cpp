#include "compiler/layers/windows.h"

namespace sganc {
namespace {

Value global_average_pool(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  require_image("global_average_pool", in);
  return c.b.multiply(c.b.reduce_sum(x, {1, 2}), 1.0 / static_cast<double>(in[1] * in[2]));
}

/// Pixels that share the maximum share its gradient.
Value global_max_pool(LayerContext& c, Value x) {
  require_image("global_max_pool", c.b.shape(x));
  return c.b.reduce_max(x, {1, 2});
}

}  // namespace

extern const Layer global_average_pool_layer{
    .name = "global_average_pool",
    .description = "Turns an image into a vector: the mean of each channel.",
    .build = global_average_pool,
    .keys = {},
    .samples = {{{2, 3, 4, 5}}, {{3, 5, 4, 18}}}};

extern const Layer global_max_pool_layer{
    .name = "global_max_pool",
    .description = "Turns an image into a vector: the largest element of each channel.",
    .build = global_max_pool,
    .keys = {},
    .samples = {{{2, 3, 4, 5}}, {{3, 5, 4, 18}}}};

}  // namespace sganc
