#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// x W. For a one-hot vector this is the row of its class; for shares of classes it is the weighted mean of
/// their rows. W is (classes, size).
Value embedding(LayerContext& c, Value x) {
  const Shape& shape = c.b.shape(x);
  if (shape.size() != 2)
    throw ShapeError("embedding needs a vector of classes for each example, not " + to_string(shape));
  const Shape rows = {shape[1], c.keys.integer("size")};
  return c.b.matmul(x, c.weight("weight", rows, {Initializer::Kind::normal, 1}));
}

}  // namespace

extern const Layer embedding_layer{
    .name = "embedding",
    .description =
        "A learned vector for each class of an input of classes, initialized with normal numbers of standard "
        "deviation 1.",
    .build = embedding,
    .keys = {integer("size", "the length of the vector").from(1)},
    .samples = {{{3, 5}, {{"size", 4}}}, {{2, 10}, {{"size", 33}}}}};

}  // namespace sganc
