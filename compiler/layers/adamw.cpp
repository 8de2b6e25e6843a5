#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// w = (1 - rate decay) w - the step of Adam. Loshchilov, Hutter 2019. As in PyTorch the decay is scaled by
/// the whole rate.
Value adamw(OptimizerContext& c, Value weight, Value gradient) {
  Builder& b = c.b;
  if (!decays(c, weight)) return b.subtract(weight, adam_step(c, weight, gradient));
  const Shape shape = b.shape(weight);
  const Value kept = b.subtract(1.0, b.multiply(rate_of(c), c.keys.number("decay")));
  return b.subtract(b.multiply(weight, b.broadcast(kept, shape, {})), adam_step(c, weight, gradient));
}

}  // namespace

extern const Optimizer adamw_optimizer{
    .name = "adamw",
    .description =
        "Adam with weight decay that is separate from the gradient: each step subtracts rate "
        "* decay * w from each weight w, biases included unless decay_of says otherwise, as in PyTorch. "
        "Loshchilov, Hutter 2019.",
    .build = adamw,
    .keys = with_adam_keys(
        {rate("rate", "learning rate").greater_than(0),
         number("decay", "each step subtracts rate * decay * w from each weight w").from(0).defaulting(0.01),
         decay_of_key()}),
    .samples = {{{"rate", 1e-2}, {"decay", 0.1}},
                {{"rate", 1e-2}, {"decay", 0.1}, {"decay_of", std::string("kernels")}},
                {{"rate", Rate{.from = 1e-2, .shape = "linear", .end = 4}}, {"decay", 0.5}}}};

}  // namespace sganc
