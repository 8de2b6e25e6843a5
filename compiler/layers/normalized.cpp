#include "compiler/layers/normalized.h"

#include <algorithm>

namespace sganc {

Value normalized(Builder& b, Value x, const std::vector<int>& axes, double epsilon) {
  const Shape shape = b.shape(x);
  std::vector<int> kept;
  double count = 1;
  for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis)
    if (std::ranges::find(axes, axis) == axes.end())
      kept.push_back(axis);
    else
      count *= static_cast<double>(shape[static_cast<std::size_t>(axis)]);
  const auto mean = [&](Value v) { return b.multiply(b.reduce_sum(v, axes), 1 / count); };

  const Value centered = b.subtract(x, b.broadcast(mean(x), shape, kept));
  const Value variance = mean(b.multiply(centered, centered));
  const Value deviation = b.sqrt(b.add(variance, epsilon));
  return b.divide(centered, b.broadcast(deviation, shape, kept));
}

Value with_gain_and_bias(LayerContext& c, Value y) {
  const Shape shape = c.b.shape(y);
  const auto channels = [&](const char* name, Initializer begin) {
    return c.b.broadcast_leading(c.weight(name, {shape.back()}, begin), shape);
  };
  if (c.keys.flag("gain")) y = c.b.multiply(y, channels("weight", {Initializer::Kind::constant, 1}));
  if (c.keys.flag("bias")) y = c.b.add(y, channels("bias", {}));
  return y;
}

std::vector<Key> with_norm_keys(std::vector<Key> own) {
  own.push_back(number("epsilon", "added to the variance").from(1e-12).defaulting(1e-3));
  own.push_back(boolean("gain", "whether there is a gain, named weight").defaulting(true));
  own.push_back(boolean("bias", "whether there is a bias").defaulting(true));
  return own;
}

}  // namespace sganc
