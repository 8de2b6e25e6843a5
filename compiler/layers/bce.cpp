#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The mean of -(t log p + (1 - t) log(1 - p)) over all elements. If p is the sigmoid of l, this is computed
/// as max(l, 0) - t l + log(1 + exp(-|l|)), which neither clips nor overflows. Reports the share of elements
/// for which p and t lie on the same side of one half.
Value bce(FunctionContext& c, const std::vector<Value>& arguments) {
  const auto [p, t] = of_one_shape(c.b, "bce", arguments[0], arguments[1]);
  const auto logits = c.keras_compat ? std::nullopt : c.logits_of(p);
  const bool from_logits = logits && logits->of == Logits::Of::sigmoid;
  const Value yes = from_logits ? c.b.greater(logits->value, 0.0) : c.b.greater(p, 0.5);
  c.metric("binary_accuracy", c.b.mean(c.b.equal(yes, c.b.greater(t, 0.5))));
  if (from_logits) {
    const Value l = logits->value;
    const Value tail = c.b.log(c.b.add(c.b.exp(c.b.negate(c.b.absolute(l))), 1.0));
    return c.b.mean(c.b.add(c.b.subtract(c.b.maximum(l, 0.0), c.b.multiply(t, l)), tail));
  }
  const Value yes_p = c.keras_compat ? clipped_as_keras(c.b, p) : c.b.maximum(p, 1e-30);
  const Value no_p = c.keras_compat ? c.b.subtract(1.0, yes_p) : c.b.maximum(c.b.subtract(1.0, p), 1e-30);
  const Value positive = c.b.multiply(t, c.b.log(yes_p));
  const Value negative = c.b.multiply(c.b.subtract(1.0, t), c.b.log(no_p));
  return c.b.negate(c.b.mean(c.b.add(positive, negative)));
}

}  // namespace

extern const ExpressionFunction bce_function{
    .name = "bce",
    .description =
        "bce(p, t): binary cross-entropy of probabilities p against targets t, which are numbers from 0 "
        "to 1; mean over all elements. It reports binary_accuracy.",
    .least_arguments = 2,
    .most_arguments = 2,
    .build = bce,
    .samples = {{{{6}, {}}}, {{{3, 4}, {3, 4}}}},
    .loss = true};

}  // namespace sganc
