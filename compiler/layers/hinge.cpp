#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The mean of max(0, 1 - t a) over all elements, for targets t of 1 and -1. It is a loss for critics that
/// end without a sigmoid: Lim, Ye 2017; Miyato, Kataoka, Koyama, Yoshida 2018. Reports the share of elements
/// for which a has the sign of t.
Value hinge(FunctionContext& c, const std::vector<Value>& arguments) {
  Builder& b = c.b;
  const auto [a, t] = of_one_shape(b, "hinge", arguments[0], arguments[1]);
  c.metric("binary_accuracy", b.mean(b.equal(b.greater(a, 0.0), b.greater(t, 0.0))));
  return b.mean(b.maximum(b.subtract(1.0, b.multiply(t, a)), 0.0));
}

}  // namespace

extern const ExpressionFunction hinge_function{
    .name = "hinge",
    .description =
        "hinge(a, t): max(0, 1 - t a) for targets t of 1 and -1, mean over all elements. It reports "
        "binary_accuracy.",
    .least_arguments = 2,
    .most_arguments = 2,
    .build = hinge,
    .samples = {{.arguments = {{3, 4}, {3, 4}}, .any_numbers = true},
                {.arguments = {{6}}, .any_numbers = true, .numbers = {-1}}},
    .loss = true};

}  // namespace sganc
