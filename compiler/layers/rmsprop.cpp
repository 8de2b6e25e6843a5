#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// v = rho v + (1 - rho) g^2; w -= rate g / sqrt(v + epsilon). Tieleman, Hinton 2012, with epsilon under the
/// root, as in Keras.
Value rmsprop(OptimizerContext& c, Value weight, Value gradient) {
  Builder& b = c.b;
  const double rho = c.keys.number("rho");
  const Shape shape = b.shape(weight);
  const Value v =
      b.add(b.multiply(c.state("v", shape), rho), b.multiply(b.multiply(gradient, gradient), 1 - rho));
  c.set_state("v", v);
  const Value root = b.sqrt(b.add(v, c.keys.number("epsilon")));
  return b.subtract(weight, b.divide(b.multiply(gradient, b.broadcast(rate_of(c), shape, {})), root));
}

}  // namespace

extern const Optimizer rmsprop_optimizer{
    .name = "rmsprop",
    .description =
        "Divides each step by the root of the running mean of squared gradients: w -= rate g "
        "/ sqrt(v + epsilon), v the mean of g^2, as in Keras. Tieleman, Hinton 2012.",
    .build = rmsprop,
    .keys = {rate("rate", "learning rate").greater_than(0),
             number("rho", "decay of that mean").from(0).to(0.9999999).defaulting(0.9),
             number("epsilon", "added to that mean").greater_than(0).defaulting(1e-7)},
    .samples = {{{"rate", 1e-2}}, {{"rate", 1e-2}, {"rho", 0.5}, {"epsilon", 1e-3}}}};

}  // namespace sganc
