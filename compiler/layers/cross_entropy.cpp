#include <cmath>

#include "compiler/language/spelling.h"
#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The target of each example: the share of each class {batch, classes}, and the class with the largest share
/// {batch}.
struct Target {
  Value share, most;
};

/// Makes the target from a label or class for each example, from one class for all examples, or from a vector
/// of probabilities for each example.
Target target_of(FunctionContext& c, Value given, const Shape& shape) {
  Builder& b = c.b;
  const Shape own = b.shape(given), batch = {shape[0]};
  if (own == shape) return {given, b.argmax(given)};
  Value wanted;
  if (own == batch) {
    wanted = as_numbers(b, given);
  } else if (const auto number = constant_of(b, given)) {
    if (*number < 0 || *number >= static_cast<double>(shape[1]) || *number != std::floor(*number))
      throw ShapeError("cross_entropy needs one of the classes 0 to " + std::to_string(shape[1] - 1) +
                       ", not " + shortest(*number));
    wanted = b.constant(*number, batch);
  } else {
    throw ShapeError(
        "cross_entropy needs a label or probabilities for each example, or the number of a class, "
        "not " +
        to_string(b.type(given)));
  }
  return {one_hot_of(b, wanted, shape[1]), wanted};
}

/// The mean of -sum share log p over the batch. If weights are given, each example's loss is multiplied by
/// its weight. Reports the share of examples whose most probable class is that of the target, counted by the
/// weights.
Value cross_entropy(FunctionContext& c, const std::vector<Value>& arguments) {
  Builder& b = c.b;
  const Value p = arguments[0];
  const Shape shape = b.shape(p);
  if (shape.size() != 2)
    throw ShapeError("cross_entropy needs a vector of probabilities for each example, not " +
                     to_string(shape));
  const auto [share, most] = target_of(c, arguments[1], shape);
  const Value log_p = c.keras_compat ? b.log(clipped_as_keras(b, p)) : distribution_of(c, p).log_p;
  const Value each = b.reduce_sum(b.multiply(share, log_p), {1});
  const Value right = b.equal(b.argmax(c.keras_compat ? p : log_p), most);
  if (arguments.size() < 3) {
    c.metric("accuracy", b.mean(right));
    return b.negate(b.mean(each));
  }
  const Shape given = b.shape(arguments[2]);
  if (!given.empty() && given != Shape{shape[0]})
    throw ShapeError("cross_entropy needs a weight for each example, not " + to_string(given));
  const Value weights = given.empty() ? b.broadcast(arguments[2], {shape[0]}, {}) : arguments[2];
  c.metric("accuracy", b.divide(b.sum_all(b.multiply(weights, right)), b.maximum(b.sum_all(weights), 1e-30)));
  return b.negate(b.mean(b.multiply(weights, each)));
}

}  // namespace

extern const ExpressionFunction cross_entropy_function{
    .name = "cross_entropy",
    .description =
        "cross_entropy(p, y): -log of the probability that p gives to the class y, mean over "
        "the batch; y is label(x), classes drawn from a label input, argmax(q), one class "
        "for all examples, or a vector of probabilities for each example (soft targets). It "
        "reports accuracy. cross_entropy(p, y, w) multiplies the loss of each example by its "
        "weight; the mean is over all examples, and accuracy counts by weight.",
    .least_arguments = 2,
    .most_arguments = 3,
    .build = cross_entropy,
    .samples = {{.arguments = {{4, 5}, {4}}, .classes = 1},
                {.arguments = {{4, 5}, {4, 5}}},
                {.arguments = {{4, 5}, {4}, {4}}, .classes = 1},
                {.arguments = {{4, 5}, {4, 5}}, .numbers = {0.25}}},
    .loss = true};

}  // namespace sganc
