#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// v = momentum v + g; w -= rate v, or with Nesterov's momentum w -= rate (g + momentum v). Sutskever,
/// Martens, Dahl, Hinton 2013, in PyTorch's form: the rate of a step scales the whole of v. A decay adds
/// decay w to the gradient g first.
Value sgd(OptimizerContext& c, Value weight, Value gradient) {
  Builder& b = c.b;
  const Shape shape = b.shape(weight);
  const double momentum = c.keys.number("momentum");
  const bool nesterov = c.keys.flag("nesterov");
  if (nesterov && momentum == 0)
    throw UserError{{c.keys.where("nesterov"), "nesterov needs a momentum greater than 0", ""}};
  if (const double decay = c.keys.number("decay"); decay > 0 && decays(c, weight))
    gradient = b.add(gradient, b.multiply(weight, decay));
  Value step = gradient;
  if (momentum > 0) {
    const Value velocity = b.add(b.multiply(c.state("velocity", shape), momentum), gradient);
    c.set_state("velocity", velocity);
    step = nesterov ? b.add(gradient, b.multiply(velocity, momentum)) : velocity;
  }
  return b.subtract(weight, b.multiply(step, b.broadcast(rate_of(c), shape, {})));
}

}  // namespace

extern const Optimizer sgd_optimizer{
    .name = "sgd",
    .description =
        "Gradient descent, plain or with momentum: v = momentum v + g, w -= rate v, as in PyTorch.",
    .build = sgd,
    .keys =
        {rate("rate", "learning rate").greater_than(0),
         number("momentum", "the part of v that remains in each step").from(0).to(0.999999).defaulting(0.0),
         boolean("nesterov", "true: Nesterov's momentum").defaulting(false),
         number("decay", "decay * w is added to the gradient of each weight w").from(0).defaulting(0.0),
         decay_of_key()},
    .samples = {{{"rate", 0.1}},
                {{"rate", 0.1}, {"momentum", 0.9}},
                {{"rate", 0.1}, {"momentum", 0.9}, {"nesterov", true}},
                {{"rate", 0.1}, {"momentum", 0.9}, {"decay", 0.01}},
                {{"rate", 0.1}, {"decay", 0.01}, {"decay_of", std::string("kernels")}},
                {{"rate", Rate{.from = 0.1, .to = 0.1, .warmup = 3}}}}};

}  // namespace sganc
