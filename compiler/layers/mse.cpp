#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// (a - b)^2, the mean over everything.
Value mse(FunctionContext& c, const std::vector<Value>& arguments) {
  const Value a = arguments[0];
  const Value target =
      c.b.shape(arguments[1]).empty() ? c.b.broadcast(arguments[1], Shape(c.b.shape(a)), {}) : arguments[1];
  const Value difference = c.b.subtract(a, target);
  return c.b.mean(c.b.multiply(difference, difference));
}

}  // namespace

extern const ExpressionFunction mse_function{.name = "mse",
                                             .description = "mse(a, b): (a - b)^2, the mean over everything.",
                                             .least_arguments = 2,
                                             .most_arguments = 2,
                                             .build = mse,
                                             .samples = {{{{3, 4}, {3, 4}}}, {{{5}, {}}}},
                                             .loss = true};

}  // namespace sganc
