#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// `reduced` are the axes over which mean and variance are taken, and `kept` are all others.
struct Axes {
  std::vector<int> reduced, kept;
};

Axes axes_of(const std::string& over, int rank) {
  Axes axes;
  for (int i = 0; i < rank; ++i) {
    const bool reduced = over == "all" ? i > 0 : i == rank - 1;
    (reduced ? axes.reduced : axes.kept).push_back(i);
  }
  return axes;
}

/// (x - mean) / sqrt(variance + epsilon), and then a gain and a bias of each channel. Ba, Kiros, Hinton 2016.
Value layer_norm(LayerContext& c, Value x) {
  Builder& b = c.b;
  c.require_vectors("layer_norm", x);
  const Shape shape = b.shape(x);
  const Axes axes = axes_of(c.keys.text("axes"), static_cast<int>(shape.size()));
  double count = 1;
  for (int axis : axes.reduced) count *= static_cast<double>(shape[static_cast<std::size_t>(axis)]);
  const auto mean = [&](Value v) { return b.multiply(b.reduce_sum(v, axes.reduced), 1 / count); };

  const Value centered = b.subtract(x, b.broadcast(mean(x), shape, axes.kept));
  const Value variance = mean(b.multiply(centered, centered));
  const Value deviation = b.sqrt(b.add(variance, c.keys.number("epsilon")));
  Value y = b.divide(centered, b.broadcast(deviation, shape, axes.kept));

  const auto channels = [&](const char* name, Initializer begin) {
    return b.broadcast_leading(c.weight(name, {shape.back()}, begin), shape);
  };
  if (c.keys.flag("gain")) y = b.multiply(y, channels("weight", {Initializer::Kind::constant, 1}));
  if (c.keys.flag("bias")) y = b.add(y, channels("bias", {}));
  return y;
}

}  // namespace

extern const Layer layer_norm_layer{
    .name = "layer_norm",
    .description =
        "Gives each example mean 0 and standard deviation 1, then applies a gain and a bias "
        "for each channel.",
    .build = layer_norm,
    .keys = {text("axes", "last: over the channels of each pixel; all: over the whole example")
                 .one_of({"last", "all"})
                 .defaulting(std::string("last")),
             number("epsilon", "added to the variance").from(1e-12).defaulting(1e-3),
             boolean("gain", "whether there is a gain, named weight").defaulting(true),
             boolean("bias", "whether there is a bias").defaulting(true)},
    .samples = {{{3, 20}},
                {{2, 3, 4, 5}},
                {{2, 4, 3, 17}, {{"axes", "all"}, {"epsilon", 0.1}}},
                {{2, 3, 4, 6}, {{"gain", false}, {"bias", false}}},
                {{3, 7}, {{"axes", "all"}, {"bias", false}}}}};

}  // namespace sganc
