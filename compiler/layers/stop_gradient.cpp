#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The result keeps the logits of its argument, from which losses are computed.
Value stop_gradient(FunctionContext& c, const std::vector<Value>& arguments) {
  const Value y = c.b.stop_gradient(arguments[0]);
  if (const auto logits = c.logits_of(arguments[0]))
    c.declare_logits(y, {logits->of, c.b.stop_gradient(logits->value)});
  return y;
}

}  // namespace

extern const ExpressionFunction stop_gradient_function{
    .name = "stop_gradient",
    .description = "stop_gradient(a): a, but no gradient flows through it.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = stop_gradient,
    .samples = {{.arguments = {{3, 4}}, .any_numbers = true}},
    .differentiable = false};

}  // namespace sganc
