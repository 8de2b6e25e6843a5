#include "compiler/layers/kernel.h"

#include <cmath>

namespace sganc {
namespace {

/// All axes but one.
std::vector<int> axes_beside(int axis, const Shape& shape) {
  std::vector<int> axes;
  for (int i = 0; i < static_cast<int>(shape.size()); ++i)
    if (i != axis) axes.push_back(i);
  return axes;
}

/// The shape of the gain, as in PyTorch: one number for each output, and extent 1 for all other axes.
Shape gain_shape(const Shape& kernel, int outputs) {
  Shape shape(kernel.size(), 1);
  shape[static_cast<std::size_t>(outputs)] = kernel[static_cast<std::size_t>(outputs)];
  return shape;
}

constexpr double kLeastLength = 1e-12;

/// sqrt(squares), or 1 if that is nearly 0: division by 1 keeps the value, and the gradient stays finite.
Value divisor(Builder& b, Value squares) {
  constexpr double least = kLeastLength * kLeastLength;
  const Value length = b.sqrt(b.maximum(squares, least));
  return b.select(b.greater(squares, least), length, b.like(length, 1));
}

/// Lengths that are not learned are a statistic, which stays as the first batch sets it.
Value weight_norm(LayerContext& c, const Shape& shape, int outputs, const Initializer& initializer) {
  Builder& b = c.b;
  const Value v = c.weight("weight_v", shape, initializer);
  const bool learned = !c.keys.has("gain") || c.keys.flag("gain");
  const Shape lengths = gain_shape(shape, outputs);
  const Initializer one{Initializer::Kind::constant, 1};
  const Value g = learned ? c.weight("weight_g", lengths, one) : c.statistic("weight_g", lengths, one);
  const Value length = divisor(b, b.reduce_sum(b.multiply(v, v), axes_beside(outputs, shape)));
  const Value gain = c.begins() ? b.like(length, 1) : b.view(g, b.shape(length));
  return b.multiply(v, b.broadcast(b.divide(gain, length), shape, {outputs}));
}

/// x / |x|, through which no gradient flows. If x is nearly 0, the unit vector with equal elements instead,
/// so that the power iteration never stays at zero.
Value direction(Builder& b, Value x) {
  const Shape shape = b.shape(x);
  const Value squares = b.sum_all(b.multiply(x, x));
  const Value known = b.greater(squares, kLeastLength * kLeastLength);
  const Value alike = b.like(x, 1 / std::sqrt(static_cast<double>(b.type(x).elements())));
  const Value along = b.divide(x, b.broadcast(divisor(b, squares), shape, {}));
  return b.stop_gradient(b.select(b.broadcast(known, shape, {}), along, alike));
}

Value spectral_norm(LayerContext& c, const Shape& shape, int outputs, const Initializer& initializer) {
  Builder& b = c.b;
  const Value w = c.weight("weight", shape, initializer);
  const std::int64_t rows = shape[static_cast<std::size_t>(outputs)];
  std::vector<int> order{outputs};
  for (const int axis : axes_beside(outputs, shape)) order.push_back(axis);
  const Value matrix = b.view(outputs == 0 ? w : b.transpose(w, order), {rows, b.type(w).elements() / rows});
  const Value before = b.view(c.statistic("weight_u", {rows}, {Initializer::Kind::normal, 1}), {1, rows});
  const Value right = direction(b, b.matmul(before, matrix));  // {1, all else}
  const Value product = b.matmul(right, matrix, false, true);  // {1, rows}
  const Value left = c.training ? direction(b, product) : before;
  if (c.training) c.set_statistic("weight_u", b.view(left, {rows}));
  const Value largest = b.sum_all(b.multiply(left, product));
  const Value known = b.greater(largest, kLeastLength);
  return b.divide(w, b.broadcast(b.select(known, largest, b.like(largest, 1)), shape, {}));
}

/// Sets the gain and bias of a normalized kernel by the first batch, and returns y with them: each channel
/// has deviation 1, and mean 0 if the layer has a bias. A channel that is the same everywhere gets gain 1.
Value begin_by_batch(LayerContext& c, Value y) {
  Builder& b = c.b;
  const Shape shape = b.shape(y), channels = {shape.back()};
  const int last = static_cast<int>(shape.size()) - 1;
  const auto mean_of = [&](Value v) {
    const Value sum = b.reduce_sum(v, axes_beside(last, shape));
    return b.multiply(sum, static_cast<double>(shape.back()) / static_cast<double>(b.type(v).elements()));
  };
  const auto at_each = [&](Value v) { return b.broadcast(v, shape, {last}); };
  const Value mean = mean_of(y), centered = b.subtract(y, at_each(mean));
  const Value variance = mean_of(b.multiply(centered, centered));
  const Value varies = b.greater(variance, 1e-8);
  const Value gain = b.select(varies, b.divide(1, b.sqrt(b.add(variance, 1e-8))), b.like(variance, 1));
  c.begin("weight_g", gain);
  if (!c.keys.flag("bias")) return b.multiply(y, at_each(gain));
  c.weight("bias", channels, {});
  c.begin("bias", b.negate(b.multiply(mean, gain)));
  return b.multiply(centered, at_each(gain));
}

}  // namespace

std::vector<Key> with_kernel_keys(std::vector<Key> own) {
  own.push_back(boolean("bias", "whether to add a bias").defaulting(true));
  own.push_back(text("norm",
                     "weight_norm: learns a length and a direction for the kernel of each output; "
                     "spectral_norm: divides the kernel by its largest singular value")
                    .one_of({"none", "weight_norm", "spectral_norm"})
                    .defaulting(std::string("none")));
  own.push_back(boolean("gain",
                        "for weight_norm: whether the length is learned; if not, it stays as the first batch "
                        "sets it (default: true)")
                    .may_be_absent());
  own.push_back(text("initializer", "how the kernel is initialized; the bias is initialized with zeros")
                    .one_of({"glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "normal", "zeros"})
                    .defaulting(std::string("glorot_uniform")));
  own.push_back(number("deviation", "for the initializer \"normal\": its standard deviation (default: 0.05)")
                    .from(0)
                    .may_be_absent());
  return own;
}

/// Glorot, Bengio 2010; He, Zhang, Ren, Sun 2015. Uniform in +-sqrt(3) deviations.
Initializer kernel_initializer(const Keys& keys, double inputs, double outputs) {
  const std::string& kind = keys.text("initializer");
  if (kind != "normal" && keys.has("deviation"))
    throw UserError{{keys.where("deviation"),
                     "deviation belongs to initializer = \"normal\", not to \"" + kind + "\"", ""}};
  using Kind = Initializer::Kind;
  const double in = inputs, both = inputs + outputs;
  if (kind == "glorot_uniform") return {Kind::uniform, std::sqrt(6.0 / both)};
  if (kind == "glorot_normal") return {Kind::normal, std::sqrt(2.0 / both)};
  if (kind == "he_uniform") return {Kind::uniform, std::sqrt(6.0 / in)};
  if (kind == "he_normal") return {Kind::normal, std::sqrt(2.0 / in)};
  if (kind == "normal") return {Kind::normal, keys.has("deviation") ? keys.number("deviation") : 0.05};
  return {};
}

Value kernel_of(LayerContext& c, const Shape& shape, int outputs, Initializer initializer) {
  const std::string& norm = c.keys.text("norm");
  if (norm != "weight_norm" && c.keys.has("gain"))
    throw UserError{
        {c.keys.where("gain"), "gain belongs to norm = \"weight_norm\", not to \"" + norm + "\"", ""}};
  if (norm == "none") return c.weight("weight", shape, initializer);
  if (static_cast<float>(initializer.scale) == 0)
    throw UserError{{c.keys.where(c.keys.has("deviation") ? "deviation" : "initializer"),
                     "a kernel that begins at zero has no " +
                         std::string(norm == "weight_norm" ? "direction" : "largest singular value") +
                         ", and norm = \"" + norm + "\" divides by " +
                         (norm == "weight_norm" ? "its length" : "it"),
                     "begin with another initializer, or leave norm out"}};
  const auto build = norm == "weight_norm" ? weight_norm : spectral_norm;
  return c.once(norm, [&] { return build(c, shape, outputs, initializer); });
}

Value with_bias(LayerContext& c, Value y) {
  if (c.keys.text("norm") == "weight_norm" && c.begins()) return begin_by_batch(c, y);
  if (!c.keys.flag("bias")) return y;
  const Shape shape = c.b.shape(y);
  return c.b.add(y, c.b.broadcast_leading(c.weight("bias", {shape.back()}, {}), shape));
}

}  // namespace sganc
