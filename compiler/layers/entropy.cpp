// Functions of distributions over the last axis: entropy, and the Kullback-Leibler divergence.

#include "compiler/layers/layer.h"

namespace sganc {

Distribution distribution_of(FunctionContext& c, Value p) {
  const auto logits = c.logits_of(p);
  if (!logits || logits->of != Logits::Of::softmax) return {p, c.b.log(c.b.maximum(p, 1e-30))};
  const Value shifted = c.b.shifted(logits->value);
  return {p, c.b.subtract(shifted, c.b.log(c.b.keep_and_reduce(Op::reduce_sum, c.b.exp(shifted))))};
}

namespace {

using Arguments = std::vector<Value>;

/// The sum over all elements, divided by the number of distributions.
Value mean_of_sums(Builder& b, Value x) {
  const auto count = b.type(x).elements() / b.shape(x).back();
  return b.divide(b.sum_all(x), static_cast<double>(count));
}

/// -sum p log p.
Value entropy(FunctionContext& c, const Arguments& arguments) {
  Builder& b = c.b;
  require_vector(c, "entropy", arguments[0], " of probabilities");
  const auto [p, log_p] = distribution_of(c, arguments[0]);
  return b.negate(mean_of_sums(b, b.multiply(p, log_p)));
}

/// sum p (log p - log q). Kullback, Leibler 1951.
Value kl(FunctionContext& c, const Arguments& arguments) {
  Builder& b = c.b;
  const Shape left = b.shape(arguments[0]), right = b.shape(arguments[1]);
  if (left.empty() || left != right)
    throw ShapeError("kl needs two vectors of probabilities of one shape, not " + to_string(left) + " and " +
                     to_string(right));
  require_vector(c, "kl", arguments[0], " of probabilities");
  const auto [p, log_p] = distribution_of(c, arguments[0]);
  const auto [q, log_q] = distribution_of(c, arguments[1]);
  return mean_of_sums(b, b.multiply(p, b.subtract(log_p, log_q)));
}

}  // namespace

extern const ExpressionFunction entropy_function{
    .name = "entropy",
    .description = "entropy(p): -sum p log p over the last axis, mean over the batch.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = entropy,
    .samples = {{.arguments = {{4, 5}}}, {.arguments = {{5}}}},
    .loss = true};

extern const ExpressionFunction kl_function{
    .name = "kl",
    .description = "kl(p, q): sum p log(p / q) over the last axis, mean over the batch.",
    .least_arguments = 2,
    .most_arguments = 2,
    .build = kl,
    .samples = {{.arguments = {{4, 5}, {4, 5}}}, {.arguments = {{5}, {5}}}},
    .loss = true};

}  // namespace sganc
