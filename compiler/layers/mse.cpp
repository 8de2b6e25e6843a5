#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The mean of (a - b)^2 over all elements.
Value mse(FunctionContext& c, const std::vector<Value>& arguments) {
  const auto [a, target] = of_one_shape(c.b, "mse", arguments[0], arguments[1]);
  const Value difference = c.b.subtract(a, target);
  return c.b.mean(c.b.multiply(difference, difference));
}

}  // namespace

extern const ExpressionFunction mse_function{.name = "mse",
                                             .description = "mse(a, b): (a - b)^2, mean over all elements.",
                                             .least_arguments = 2,
                                             .most_arguments = 2,
                                             .build = mse,
                                             .samples = {{{{3, 4}, {3, 4}}}, {{{5}, {}}}},
                                             .loss = true};

}  // namespace sganc
