#include <numeric>

#include "compiler/layers/join.h"

namespace sganc {
namespace {

/// x with one more channel, which holds how much the examples of its group differ: the standard deviation of
/// each element over the group, and the mean of these. Karras, Aila, Laine, Lehtinen 2018, section 3.
Value minibatch_deviation(LayerContext& c, Value x) {
  constexpr double kEpsilon = 1e-8;  // added to the variance, as in their program
  Builder& b = c.b;
  c.require_vectors("minibatch_deviation", x);
  const Shape shape = b.shape(x);
  const std::int64_t asked = c.keys.integer("group"),
                     group = asked == 0 ? shape[0] : std::min(asked, shape[0]);
  if (shape[0] % group != 0)
    throw ShapeError("minibatch_deviation cannot divide a batch of " + std::to_string(shape[0]) +
                     " into groups of " + std::to_string(group));
  Shape grouped = shape;  // {groups, group, ...}
  grouped[0] = group;
  grouped.insert(grouped.begin(), shape[0] / group);
  std::vector<int> of_elements = {0}, elements;
  for (int axis = 2; axis < static_cast<int>(grouped.size()); ++axis) {
    of_elements.push_back(axis);
    elements.push_back(axis - 1);
  }
  const auto over_group = [&](Value v) {
    return b.multiply(b.reduce_sum(v, {1}), 1 / static_cast<double>(group));
  };
  const Value members = b.view(x, grouped);
  const Value centered = b.subtract(members, b.broadcast(over_group(members), grouped, of_elements));
  const Value deviation = b.sqrt(b.add(over_group(b.multiply(centered, centered)), kEpsilon));
  double count = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) count *= static_cast<double>(shape[axis]);
  const Value mean = b.multiply(b.reduce_sum(deviation, elements), 1 / count);

  Shape in_groups = grouped, channel = shape;
  in_groups.back() = channel.back() = 1;
  return concat(c, {x, b.view(b.broadcast(mean, in_groups, {0}), channel)});
}

}  // namespace

extern const Layer minibatch_deviation_layer{
    .name = "minibatch_deviation",
    .description =
        "Adds a channel that tells a critic how much the examples of a batch differ: the mean of "
        "the standard deviations of all elements over a group of examples that follow each other.",
    .build = minibatch_deviation,
    .keys = {integer("group", "examples in a group, which divide the batch; 0: the whole batch")
                 .from(0)
                 .defaulting(0)},
    .samples = {{{4, 3, 2, 5}}, {{6, 7}, {{"group", std::int64_t{3}}}}}};

}  // namespace sganc
