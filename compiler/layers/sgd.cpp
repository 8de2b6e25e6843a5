#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// w -= rate g.
Value sgd(OptimizerContext& c, Value weight, Value gradient) {
  return c.b.subtract(weight, c.b.multiply(gradient, c.keys.number("rate")));
}

}  // namespace

extern const Optimizer sgd_optimizer{.name = "sgd",
                                     .description = "Plain gradient descent.",
                                     .build = sgd,
                                     .keys = {number("rate", "learning rate").greater_than(0)},
                                     .samples = {{{"rate", 0.1}}}};

}  // namespace sganc
