#include "compiler/layers/normalized.h"

namespace sganc {
namespace {

/// (x - mean) / sqrt(variance + epsilon), with the mean and the variance of each group of channels of each
/// example, and then a gain and a bias of each channel. Wu, He 2018.
Value group_norm(LayerContext& c, Value x) {
  c.require_vectors("group_norm", x);
  const Shape shape = c.b.shape(x);
  const std::int64_t groups = c.keys.integer("groups");
  if (shape.back() % groups != 0)
    throw ShapeError("group_norm cannot divide " + std::to_string(shape.back()) + " channels into " +
                     std::to_string(groups) + " groups");
  Shape grouped = shape;
  grouped.back() = groups;
  grouped.push_back(shape.back() / groups);
  std::vector<int> axes;
  for (int axis = 1; axis < static_cast<int>(grouped.size()); ++axis)
    if (axis != static_cast<int>(grouped.size()) - 2) axes.push_back(axis);
  const Value y = normalized(c.b, c.b.view(x, grouped), axes, c.keys.number("epsilon"));
  return with_gain_and_bias(c, c.b.view(y, shape));
}

}  // namespace

extern const Layer group_norm_layer{
    .name = "group_norm",
    .description =
        "Gives each group of channels of each example mean 0 and standard deviation 1, then applies a gain "
        "and "
        "a bias for each channel.",
    .build = group_norm,
    .keys = with_norm_keys({integer("groups", "into which the channels are divided").from(1).defaulting(32)}),
    .samples = {{{2, 3, 4, 6}, {{"groups", std::int64_t{2}}}},
                {{3, 20}, {{"groups", std::int64_t{5}}, {"gain", false}}},
                {{2, 3, 2, 34}, {{"groups", std::int64_t{1}}, {"epsilon", 0.1}, {"bias", false}}}}};

}  // namespace sganc
