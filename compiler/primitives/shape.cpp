// Primitives that move elements and keep their values: broadcast, view, transpose, pad and slice.

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

/// Makes the result's element at `index` the source's element at `from(index)`.
template <class From>
void pick(Tensor& result, const Tensor& source, From from) {
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = source.data[offset_of(source.shape(), from(index_of(result.shape(), i)))];
}

double the_same(double x, double) {
  return x;
}

Type broadcast_type(const Untyped& n) {
  const Type& x = n.in[0];
  const std::vector<int>& axes = n.attributes.axes;
  const Shape& shape = n.attributes.shape;
  require(axes.size() == x.shape.size(), "broadcast: one axis for each axis of " + to_string(x));
  require_axes(axes, shape.size(), "broadcast");
  for (std::size_t i = 0; i < axes.size(); ++i)
    require(shape[static_cast<std::size_t>(axes[i])] == x.shape[i],
            "broadcast: " + to_string(x) + " does not fit " + to_string(shape));
  return {x.dtype, shape};
}

Value by_broadcast(Builder& b, Value n, Value dy) {
  auto gone = axes_without(attributes(b, n).axes, b.shape(n).size());
  return gone.empty() ? dy : b.reduce_sum(dy, std::move(gone));
}

void broadcast(const Node& node, Operands in, Tensor& result) {
  pick(result, *in[0], [&](const Shape& index) {
    Shape from;
    for (int axis : node.attributes.axes) from.push_back(index[static_cast<std::size_t>(axis)]);
    return from;
  });
}

Samples broadcast_samples() {
  return {{{f32({})}, {.shape = {3, 7}, .axes = {}}},
          {{f32({1})}, {.shape = {5, 1}, .axes = {1}}},
          {{f32({1})}, {.shape = {1, 5}, .axes = {0}}},
          {{f32({17})}, {.shape = {2, 3, 17}, .axes = {2}}},
          {{f32({3, 17})}, {.shape = {3, 2, 17}, .axes = {0, 2}}},
          {{f32({3})}, {.shape = {3, 5}, .axes = {0}}},
          {{f32({3})}, {.shape = {2, 3, 4}, .axes = {1}}},
          {{f32({2, 3})}, {.shape = {2, 3}, .axes = {0, 1}}}};
}

Examples broadcast_examples() {
  return {{{tensor({2}, {7, 8})}, {.shape = {2, 3}, .axes = {0}}, tensor({2, 3}, {7, 7, 7, 8, 8, 8})},
          {{tensor({2}, {7, 8})}, {.shape = {3, 2}, .axes = {1}}, tensor({3, 2}, {7, 8, 7, 8, 7, 8})},
          {{tensor({}, {7})}, {.shape = {2}}, tensor({2}, {7, 7})}};
}

Type view_type(const Untyped& n) {
  const Type& x = n.in[0];
  const Type result{x.dtype, n.attributes.shape};
  require(result.elements() == x.elements(), to_string(x.shape) + " has " + std::to_string(x.elements()) +
                                                 " elements, " + to_string(result.shape) + " has " +
                                                 std::to_string(result.elements()));
  return result;
}

Value by_view(Builder& b, Value n, Value dy) {
  return b.view(dy, Shape(b.shape(operand(b, n, 0))));
}

void view(const Node&, Operands in, Tensor& result) {
  result.data = in[0]->data;
}

Samples view_samples() {
  return {{{f32({2, 6})}, {.shape = {3, 4}}},
          {{f32({2, 3, 5})}, {.shape = {30}}},
          {{f32({1, 1})}, {.shape = {}}}};
}

Type transpose_type(const Untyped& n) {
  const Type& x = n.in[0];
  const auto& axes = n.attributes.axes;
  require(axes.size() == x.shape.size(), "transpose: one axis for each axis of " + to_string(x));
  auto sorted = axes;
  std::ranges::sort(sorted);
  require_axes(sorted, x.shape.size(), "transpose");
  Type result{x.dtype, {}};
  for (int axis : axes) result.shape.push_back(x.shape[static_cast<std::size_t>(axis)]);
  return result;
}

Value by_transpose(Builder& b, Value n, Value dy) {
  const auto axes = attributes(b, n).axes;
  std::vector<int> inverse(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i)
    inverse[static_cast<std::size_t>(axes[i])] = static_cast<int>(i);
  return b.transpose(dy, std::move(inverse));
}

void transpose(const Node& node, Operands in, Tensor& result) {
  pick(result, *in[0], [&](const Shape& index) {
    Shape from(index.size());
    for (std::size_t i = 0; i < index.size(); ++i)
      from[static_cast<std::size_t>(node.attributes.axes[i])] = index[i];
    return from;
  });
}

Samples transpose_samples() {
  return {{{f32({5, 20})}, {.axes = {1, 0}}},
          {{f32({2, 3, 4, 5})}, {.axes = {2, 0, 3, 1}}},
          {{f32({2, 3, 4})}, {.axes = {2, 0, 1}}}};
}

Examples transpose_examples() {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  return {{{tensor({2, 3}, x)}, {.axes = {1, 0}}, tensor({3, 2}, {1, 4, 2, 5, 3, 6})},
          {{tensor({1, 2, 3}, x)}, {.axes = {2, 0, 1}}, tensor({3, 1, 2}, {1, 4, 2, 5, 3, 6})}};
}

Type pad_type(const Untyped& n) {
  const Shape &low = n.attributes.low, &high = n.attributes.high;
  Type result = n.in[0];
  require(low.size() == result.shape.size() && high.size() == result.shape.size(),
          "pad: an amount for each axis of " + to_string(result));
  for (std::size_t i = 0; i < result.shape.size(); ++i) {
    require(low[i] >= 0 && high[i] >= 0, "pad: amounts must not be negative");
    result.shape[i] += low[i] + high[i];
  }
  return result;
}

Value by_pad(Builder& b, Value n, Value dy) {
  return b.slice(dy, attributes(b, n).low, Shape(b.shape(operand(b, n, 0))));
}

void pad(const Node& node, Operands in, Tensor& result) {
  const Tensor& x = *in[0];
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    Shape to = index_of(x.shape(), i);
    for (std::size_t axis = 0; axis < to.size(); ++axis) to[axis] += node.attributes.low[axis];
    result.data[offset_of(result.shape(), to)] = x.data[i];
  }
}

Samples pad_samples() {
  return {{{f32({2, 3, 5})}, {.low = {1, 0, 2}, .high = {0, 3, 0}}},
          {{f32({33})}, {.low = {0}, .high = {1}}}};
}

Examples pad_examples() {
  return {
      {{tensor({1, 2}, {1, 2})}, {.low = {1, 0}, .high = {0, 2}}, tensor({2, 4}, {0, 0, 0, 0, 1, 2, 0, 0})}};
}

Type slice_type(const Untyped& n) {
  const Type& x = n.in[0];
  const Shape &low = n.attributes.low, &shape = n.attributes.shape;
  require(low.size() == x.shape.size() && shape.size() == x.shape.size(),
          "slice: a start and an extent for each axis of " + to_string(x));
  for (std::size_t i = 0; i < x.shape.size(); ++i)
    require(low[i] >= 0 && shape[i] > 0 && low[i] + shape[i] <= x.shape[i],
            "slice: " + to_string(shape) + " from " + to_string(low) + " lies outside of " + to_string(x));
  return {x.dtype, shape};
}

Value by_slice(Builder& b, Value n, Value dy) {
  const Shape low = attributes(b, n).low, part = b.shape(n);
  Shape high = b.shape(operand(b, n, 0));
  for (std::size_t i = 0; i < high.size(); ++i) high[i] -= low[i] + part[i];
  return b.pad(dy, low, high);
}

void slice(const Node& node, Operands in, Tensor& result) {
  pick(result, *in[0], [&](Shape index) {
    for (std::size_t i = 0; i < index.size(); ++i) index[i] += node.attributes.low[i];
    return index;
  });
}

Samples slice_samples() {
  return {{{f32({4, 20})}, {.shape = {2, 17}, .low = {1, 3}}}, {{f32({5})}, {.shape = {1}, .low = {4}}}};
}

Examples view_examples() {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  return {{{tensor({2, 3}, x)}, {.shape = {3, 1, 2}}, tensor({3, 1, 2}, x)}};
}
Examples slice_examples() {
  return {{{tensor({2, 3}, {1, 2, 3, 4, 5, 6})}, {.shape = {1, 2}, .low = {1, 1}}, tensor({1, 2}, {5, 6})}};
}

constexpr AttributeInfo kShapeAndAxes[] = {{"shape", &Attributes::shape}, {"axes", &Attributes::axes}};
constexpr AttributeInfo kShape[] = {{"shape", &Attributes::shape}};
constexpr AttributeInfo kAxes[] = {{"axes", &Attributes::axes}};
constexpr AttributeInfo kLowAndHigh[] = {{"low", &Attributes::low}, {"high", &Attributes::high}};
constexpr AttributeInfo kLowAndShape[] = {{"low", &Attributes::low}, {"shape", &Attributes::shape}};

constexpr Primitive kRows[] = {
    {.info = {Op::broadcast, "broadcast", OpClass::structure, 1},
     .attributes = kShapeAndAxes,
     .type = broadcast_type,
     .gradient = {by_broadcast},
     .reference = broadcast,
     .folded = the_same,
     .share = share_broadcast,
     .samples = broadcast_samples,
     .examples = broadcast_examples},

    {.info = {Op::view, "view", OpClass::structure, 1},
     .attributes = kShape,
     .type = view_type,
     .gradient = {by_view},
     .reference = view,
     .folded = the_same,
     .share = share_view,
     .samples = view_samples,
     .examples = view_examples},

    {.info = {Op::transpose, "transpose", OpClass::structure, 1},
     .attributes = kAxes,
     .type = transpose_type,
     .gradient = {by_transpose},
     .reference = transpose,
     .folded = the_same,
     .share = share_transpose,
     .samples = transpose_samples,
     .examples = transpose_examples},

    {.info = {Op::pad, "pad", OpClass::structure, 1},
     .attributes = kLowAndHigh,
     .type = pad_type,
     .gradient = {by_pad},
     .reference = pad,
     .share = share_pad,
     .samples = pad_samples,
     .examples = pad_examples},

    {.info = {Op::slice, "slice", OpClass::structure, 1},
     .attributes = kLowAndShape,
     .type = slice_type,
     .gradient = {by_slice},
     .reference = slice,
     .folded = the_same,
     .share = share_slice,
     .samples = slice_samples,
     .examples = slice_examples},
};

}  // namespace

extern const Family shape_primitives{kRows};

}  // namespace sganc
