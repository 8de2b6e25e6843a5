#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// In training, sets each element to zero with probability `rate`, and divides it by 1 - rate otherwise.
/// Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014.
Value dropout(LayerContext& c, Value x) {
  const double rate = c.keys.number("rate");
  if (!c.training || rate == 0) return x;
  const Value u = c.random(Shape(c.b.shape(x)));
  const Value kept = c.b.greater(c.b.like(x, 1 - rate), u);  // u < 1 - rate
  return c.b.multiply(x, c.b.select(kept, c.b.like(x, 1 / (1 - rate)), c.b.like(x, 0.0)));
}

}  // namespace

extern const Layer dropout_layer{
    .name = "dropout",
    .description =
        "In training, sets each element to zero with probability `rate`, and multiplies it "
        "by 1 / (1 - rate) otherwise.",
    .build = dropout,
    .keys = {number("rate", "the probability of zero").from(0).to(0.99)},
    .samples = {{{3, 20}, {{"rate", 0.4}}}, {{2, 4, 4, 3}, {{"rate", 0.25}}}}};

}  // namespace sganc
