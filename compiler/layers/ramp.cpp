#include <cmath>

#include "compiler/language/spelling.h"
#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// from + (to - from) part, where part grows in a straight line from 0 in step begin + 1 to 1 in step begin +
/// steps + 1. A weight that grows in this way: Laine, Aila 2017.
Value ramp(FunctionContext& c, const std::vector<Value>& arguments) {
  Builder& b = c.b;
  for (Value v : arguments)
    if (!b.shape(v).empty()) throw ShapeError("ramp needs numbers, not " + to_string(b.shape(v)));
  const Value from = arguments[0], to = arguments[1], steps = arguments[2];
  if (const auto given = constant_of(b, steps); given && *given <= 0)
    throw ShapeError("ramp needs a number of steps greater than 0, not " + shortest(*given));
  const auto begin = arguments.size() > 3 ? constant_of(b, arguments[3]) : 0;
  const bool counted = begin && *begin == std::floor(*begin) && std::abs(*begin) < kMostInteger;
  Value done = c.step_since(counted ? static_cast<std::int64_t>(*begin) + 1 : 1);
  if (!counted) done = b.subtract(done, arguments[3]);
  const Value length = constant_of(b, steps) ? steps : b.maximum(steps, 1.0);
  const Value part = b.minimum(b.maximum(b.divide(done, length), 0.0), 1.0);
  return b.add(b.multiply(b.subtract(1.0, part), from), b.multiply(part, to));
}

}  // namespace

extern const ExpressionFunction ramp_function{
    .name = "ramp",
    .description =
        "ramp(from, to, steps): `from` in the first training step, `to` after `steps` steps, "
        "and a straight line between. ramp(from, to, steps, begin) starts after `begin` "
        "steps.",
    .least_arguments = 3,
    .most_arguments = 4,
    .build = ramp,
    .samples = {{.arguments = {{}, {}}, .any_numbers = true, .numbers = {20}},
                {.arguments = {{}, {}}, .any_numbers = true, .numbers = {20, 10}}}};

}  // namespace sganc
