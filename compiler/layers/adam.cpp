#include "compiler/layers/layer.h"

#include <cmath>

namespace sganc {

/// m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2,
/// rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon).
/// Kingma, Ba 2015, with epsilon outside of the bias correction, as in its section 2 and in Keras.
Value adam_step(OptimizerContext& c, Value weight, Value gradient) {
  Builder& b = c.b;
  const double beta1 = c.keys.number("beta1"), beta2 = c.keys.number("beta2");
  const Shape shape = b.shape(weight);
  const Value m = b.add(b.multiply(c.state("m", shape), beta1), b.multiply(gradient, 1 - beta1));
  const Value v =
      b.add(b.multiply(c.state("v", shape), beta2), b.multiply(b.multiply(gradient, gradient), 1 - beta2));
  c.set_state("m", m);
  c.set_state("v", v);

  const auto power = [&](double base) {
    return base == 0 ? b.like(c.steps(), 0) : b.exp(b.multiply(c.steps(), std::log(base)));
  };
  const Value first = b.subtract(1.0, power(beta1)), second = b.sqrt(b.subtract(1.0, power(beta2)));
  const Value rate = b.multiply(b.divide(second, first), rate_of(c));
  return b.divide(b.multiply(b.broadcast(rate, shape, {}), m), b.add(b.sqrt(v), c.keys.number("epsilon")));
}

std::vector<Key> with_adam_keys(std::vector<Key> keys) {
  keys.push_back(
      number("beta1", "decay of the running mean of gradients").from(0).to(0.999999).defaulting(0.9));
  keys.push_back(number("beta2", "decay of the running mean of squared gradients")
                     .from(0)
                     .to(0.9999999)
                     .defaulting(0.999));
  keys.push_back(number("epsilon", "added to the root of the mean of squared gradients")
                     .greater_than(0)
                     .defaulting(1e-7));
  return keys;
}

namespace {

Value adam(OptimizerContext& c, Value weight, Value gradient) {
  return c.b.subtract(weight, adam_step(c, weight, gradient));
}

}  // namespace

extern const Optimizer adam_optimizer{
    .name = "adam",
    .description =
        "Adapts the size of the step to each weight. As in Keras, epsilon is added to sqrt(v) before its "
        "bias is corrected (in PyTorch: after). Kingma, Ba 2015.",
    .build = adam,
    .keys = with_adam_keys({rate("rate", "learning rate").greater_than(0)}),
    .samples = {
        {{"rate", 1e-2}, {"beta1", 0.5}},
        {{"rate", Rate{.from = 2e-2, .to = 1e-2, .shape = "cosine", .begin = 1, .end = 5, .warmup = 2}}}}};

}  // namespace sganc
