#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The mean of |a - b| over all elements.
Value l1(FunctionContext& c, const std::vector<Value>& arguments) {
  const auto [a, target] = of_one_shape(c.b, "l1", arguments[0], arguments[1]);
  return c.b.mean(c.b.absolute(c.b.subtract(a, target)));
}

}  // namespace

extern const ExpressionFunction l1_function{.name = "l1",
                                            .description = "l1(a, b): |a - b|, mean over all elements.",
                                            .least_arguments = 2,
                                            .most_arguments = 2,
                                            .build = l1,
                                            .samples = {{.arguments = {{3, 4}, {3, 4}}, .any_numbers = true},
                                                        {.arguments = {{5}, {}}, .any_numbers = true}},
                                            .loss = true};

}  // namespace sganc
