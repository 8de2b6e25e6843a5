#include <cmath>

#include "compiler/language/spelling.h"
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

/// What the second argument says, as one class for each of the batch, f32 {batch}: labels, or a class that
/// all are of.
Value wanted_class(FunctionContext& c, Value label, const Shape& shape) {
  const Shape batch = {shape[0]};
  if (c.b.type(label) == Type{DType::i32, batch}) return c.b.convert(label, DType::f32);
  const Node& node = c.b.function().node(label);
  if (node.op != Op::constant || !node.type.shape.empty())
    throw ShapeError("cross_entropy needs a label for each example, or the number of a class, not " +
                     to_string(node.type));
  const double wanted = node.attributes.value;
  if (wanted < 0 || wanted >= static_cast<double>(shape[1]) || wanted != std::floor(wanted))
    throw ShapeError("cross_entropy needs one of the classes 0 to " + std::to_string(shape[1] - 1) +
                     ", not " + shortest(wanted));
  return c.b.constant(wanted, batch);
}

/// -log p[label], the mean over the batch; reports the share of examples whose most probable class is their
/// label.
Value cross_entropy(FunctionContext& c, const std::vector<Value>& arguments) {
  const Value p = arguments[0];
  const Shape shape = c.b.shape(p);
  if (shape.size() != 2)
    throw ShapeError("cross_entropy needs a vector of probabilities for each example, not " +
                     to_string(shape));
  const Value wanted = wanted_class(c, arguments[1], shape);
  const Value one_hot = c.b.equal(c.b.iota(1, shape), c.b.broadcast(wanted, shape, {0}));
  const Value log_p = log_probability(c, p);
  const Value each = c.b.reduce_sum(c.b.multiply(one_hot, log_p), {1});

  c.metric("accuracy", c.b.mean(c.b.equal(c.b.argmax(log_p), wanted)));
  return c.b.negate(c.b.mean(each));
}

}  // namespace

extern const ExpressionFunction cross_entropy_function{
    .name = "cross_entropy",
    .description =
        "cross_entropy(p, label(x)), cross_entropy(p, 10): -log of the probability that p gives to the "
        "label, "
        "or to that class, the mean over the batch.",
    .least_arguments = 2,
    .most_arguments = 2,
    .build = cross_entropy,
    .samples = {{{{4, 5}, {4}}, true}},
    .loss = true};

}  // namespace sganc
