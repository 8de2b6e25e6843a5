#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// In training, adds a random normal number to each element.
Value gaussian_noise(LayerContext& c, Value x) {
  const double deviation = c.keys.number("deviation");
  if (!c.training || deviation == 0) return x;
  const Shape shape = c.b.shape(x);
  return c.b.add(x, c.b.multiply(c.random_normal(shape), deviation));
}

}  // namespace

extern const Layer gaussian_noise_layer{
    .name = "gaussian_noise",
    .description = "In training, adds a normal number with mean 0 to each element.",
    .build = gaussian_noise,
    .keys = {number("deviation", "the standard deviation of the noise").from(0)},
    .samples = {{{3, 20}, {{"deviation", 0.5}}}, {{2, 4, 4, 3}, {{"deviation", 0.1}}}}};

}  // namespace sganc
