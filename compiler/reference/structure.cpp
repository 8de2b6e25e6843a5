#include <algorithm>
#include <limits>

#include "compiler/reference/primitives.h"

namespace sganc {
namespace {

/// A tensor of `type` whose element at `index` is source's element at `from(index)`.
template <class From>
Tensor picked(const Type& type, const Tensor& source, From from) {
  Tensor result = filled(type);
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = source.data[offset_of(source.shape(), from(index_of(type.shape, i)))];
  return result;
}

/// The elements of `x` along the node's axes, combined one after the other.
template <class Combine>
Tensor reduced(const Node& node, const Tensor& x, double start, Combine combine) {
  std::vector<std::size_t> kept;
  Type type{x.type.dtype, {}};
  for (std::size_t axis = 0; axis < x.shape().size(); ++axis) {
    if (std::ranges::find(node.attributes.axes, static_cast<int>(axis)) != node.attributes.axes.end())
      continue;
    kept.push_back(axis);
    type.shape.push_back(x.shape()[axis]);
  }
  Tensor result = filled(type, start);
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    const Shape index = index_of(x.shape(), i);
    Shape to;
    for (std::size_t axis : kept) to.push_back(index[axis]);
    double& sum = result.data[offset_of(type.shape, to)];
    sum = combine(sum, x.data[i]);
  }
  return result;
}

}  // namespace

Tensor broadcast(const Node& node, Operands in) {
  const Type type{in[0]->type.dtype, node.attributes.shape};
  return picked(type, *in[0], [&](const Shape& index) {
    Shape from;
    for (int axis : node.attributes.axes) from.push_back(index[static_cast<std::size_t>(axis)]);
    return from;
  });
}

Tensor reduce_sum(const Node& node, Operands in) {
  return reduced(node, *in[0], 0, [](double a, double b) { return a + b; });
}

Tensor reduce_max(const Node& node, Operands in) {
  return reduced(node, *in[0], -std::numeric_limits<double>::infinity(),
                 [](double a, double b) { return std::max(a, b); });
}

Tensor view(const Node& node, Operands in) {
  return {{in[0]->type.dtype, node.attributes.shape}, in[0]->data};
}

Tensor transpose(const Node& node, Operands in) {
  Type type{in[0]->type.dtype, {}};
  for (int axis : node.attributes.axes) type.shape.push_back(in[0]->shape()[static_cast<std::size_t>(axis)]);
  return picked(type, *in[0], [&](const Shape& index) {
    Shape from(index.size());
    for (std::size_t i = 0; i < index.size(); ++i)
      from[static_cast<std::size_t>(node.attributes.axes[i])] = index[i];
    return from;
  });
}

Tensor pad(const Node& node, Operands in) {
  const Tensor& x = *in[0];
  Type type = x.type;
  for (std::size_t i = 0; i < type.shape.size(); ++i)
    type.shape[i] += node.attributes.low[i] + node.attributes.high[i];
  Tensor result = filled(type);
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    Shape to = index_of(x.shape(), i);
    for (std::size_t axis = 0; axis < to.size(); ++axis) to[axis] += node.attributes.low[axis];
    result.data[offset_of(type.shape, to)] = x.data[i];
  }
  return result;
}

Tensor slice(const Node& node, Operands in) {
  const Type type{in[0]->type.dtype, node.attributes.shape};
  return picked(type, *in[0], [&](Shape index) {
    for (std::size_t i = 0; i < index.size(); ++i) index[i] += node.attributes.low[i];
    return index;
  });
}

namespace {

/// Where in `table` the element of the gathered value at `index` lies.
Shape place_in_table(Shape index, const Tensor& indices, const Shape& table, std::size_t shared) {
  const auto rank = static_cast<std::ptrdiff_t>(indices.shape().size());
  const Shape at(index.begin(), index.begin() + rank);
  const auto row = static_cast<std::int64_t>(indices.data[offset_of(indices.shape(), at)]);
  Shape place(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(shared));
  place.push_back(std::clamp<std::int64_t>(row, 0, table[shared] - 1));
  place.insert(place.end(), index.begin() + rank, index.end());
  return place;
}

}  // namespace

Tensor gather(const Node& node, Operands in) {
  const Tensor &table = *in[0], &indices = *in[1];
  const std::size_t shared = node.attributes.axes.size();
  Type type{table.type.dtype, indices.shape()};
  type.shape.insert(type.shape.end(), table.shape().begin() + static_cast<std::ptrdiff_t>(shared) + 1,
                    table.shape().end());
  return picked(type, table,
                [&](const Shape& index) { return place_in_table(index, indices, table.shape(), shared); });
}

Tensor scatter_add(const Node& node, Operands in) {
  const Tensor &rows = *in[0], &indices = *in[1];
  Tensor table = filled({rows.type.dtype, node.attributes.shape});
  for (std::size_t i = 0; i < rows.data.size(); ++i) {
    const Shape place =
        place_in_table(index_of(rows.shape(), i), indices, table.shape(), node.attributes.axes.size());
    table.data[offset_of(table.shape(), place)] += rows.data[i];
  }
  return table;
}

}  // namespace sganc
