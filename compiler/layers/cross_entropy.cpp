#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The log of each class's probability: from the logits where `p` is known to be a softmax.
Value log_probability(FunctionContext& c, Value p) {
  const auto logits = c.logits_of(p);
  if (!logits || logits->of != Logits::Of::softmax) return c.b.log(c.b.maximum(p, 1e-30));
  const Value shifted = c.b.shifted(logits->value);
  return c.b.subtract(shifted, c.b.log(c.b.keep_and_reduce(Op::reduce_sum, c.b.exp(shifted))));
}

/// -log p[label], the mean over the batch; reports the share of examples whose most probable class is their
/// label.
Value cross_entropy(FunctionContext& c, const std::vector<Value>& arguments) {
  const Value p = arguments[0], label = arguments[1];
  const Shape shape = c.b.shape(p);
  if (shape.size() != 2 || c.b.type(label) != Type{DType::i32, {shape[0]}})
    throw ShapeError("cross_entropy needs a vector of probabilities and a label for each example, not " +
                     to_string(shape) + " and " + to_string(c.b.type(label)));
  const Value classes = c.b.iota(1, shape);
  const Value one_hot = c.b.equal(classes, c.b.broadcast(c.b.convert(label, DType::f32), shape, {0}));
  const Value log_p = log_probability(c, p);
  const Value each = c.b.reduce_sum(c.b.multiply(one_hot, log_p), {1});

  c.metric("accuracy", c.b.mean(c.b.equal(c.b.argmax(log_p), c.b.convert(label, DType::f32))));
  return c.b.negate(c.b.mean(each));
}

}  // namespace

extern const ExpressionFunction cross_entropy_function{
    .name = "cross_entropy",
    .description =
        "cross_entropy(p, label(x)): -log of the probability that p gives to the label, the mean over the "
        "batch.",
    .least_arguments = 2,
    .most_arguments = 2,
    .build = cross_entropy,
    .samples = {{{{4, 5}, {4}}, true}}};

}  // namespace sganc
