#include "compiler/export/onnx/fold.h"

#include <algorithm>

namespace sganc {
namespace {

/// The tensor repeated along axes where it has extent 1.
Tensor repeated_to(const Shape& shape, const Tensor& tensor) {
  if (tensor.shape() == shape) return tensor;
  Tensor result = filled({tensor.type.dtype, shape});
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    Shape from = index_of(shape, i);
    for (std::size_t axis = 0; axis < from.size(); ++axis)
      if (tensor.shape()[axis] == 1) from[axis] = 0;
    result.data[i] = tensor.data[offset_of(tensor.shape(), from)];
  }
  return result;
}

/// Runs one primitive on these operands.
Tensor evaluated(Node node, const std::vector<Tensor>& operands) {
  Function function;
  Tensors inputs;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    node.operands[i] = {static_cast<int>(i)};
    const std::string name = std::to_string(i);
    function.nodes.push_back({Op::input, {}, {.name = name}, operands[i].type, {}});
    inputs[name] = operands[i];
  }
  function.nodes.push_back(std::move(node));
  return evaluate_nodes(function, inputs, {}).back();
}

/// An axis is repeated if it is so in all operands.
Held folded_pointwise(const OnnxValues& values, Value n) {
  const Node& node = values.node(n);
  std::vector<bool> repeated(values.rank(n), true);
  for (const Value o : node.operands)
    for (std::size_t axis = 0; axis < repeated.size(); ++axis)
      repeated[axis] = repeated[axis] && values.held(o).repeated[axis];
  Shape shape = node.type.shape;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    if (repeated[axis]) shape[axis] = 1;
  std::vector<Tensor> operands;
  for (const Value o : node.operands) operands.push_back(repeated_to(shape, *values.held(o).known));
  return {.order = plain_order(shape.size()), .repeated = repeated, .known = evaluated(node, operands)};
}

Held folded_broadcast(const OnnxValues& values, Value n) {
  const Node& node = values.node(n);
  Held held = values.held(node.operands[0]);
  Shape shape(values.rank(n), 1);
  std::vector<bool> repeated(shape.size(), true);
  for (std::size_t i = 0; i < node.attributes.axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(node.attributes.axes[i]);
    shape[axis] = held.known->shape()[i];
    repeated[axis] = held.repeated[i];
  }
  held.known->type.shape = shape;
  held.repeated = repeated;
  held.order = plain_order(shape.size());
  return held;
}

/// The shape with extent 1 where extents depend on the batch, or nothing if they do otherwise than that the
/// first is the batch.
std::optional<Shape> of_any_batch(const OnnxValues& values, Value v) {
  Shape shape;
  for (const Extent& e : values.extents(v)) {
    if (e.of_batch() && !(shape.empty() && e.is_batch())) return {};
    shape.push_back(e.of_batch() ? 1 : e.number);
  }
  return shape;
}

bool has_batch(const OnnxValues& values, Value v) {
  return std::ranges::any_of(values.extents(v), &Extent::of_batch);
}

/// Whether the node computes the same for each example, without a look at the batch.
bool keeps_batch(const OnnxValues& values, Value n) {
  const Node& node = values.node(n);
  const Op op = node.op;
  if (op != Op::view && op != Op::pad && op != Op::slice && op != Op::reduce_sum && op != Op::reduce_max)
    return false;
  if (!has_batch(values, node.operands[0])) return !has_batch(values, n);
  if (op == Op::reduce_sum || op == Op::reduce_max) return std::ranges::count(node.attributes.axes, 0) == 0;
  return has_batch(values, n);
}

std::optional<Held> folded_structure(const OnnxValues& values, Value n) {
  Node node = values.node(n);
  std::vector<Tensor> operands;
  bool batch = has_batch(values, n);
  for (const Value o : node.operands) {
    const auto shape = of_any_batch(values, o);
    if (!shape) return {};
    batch = batch || has_batch(values, o);
    operands.push_back(repeated_to(*shape, *values.held(o).known));
  }
  const auto shape = of_any_batch(values, n);
  if (!shape || (batch && !keeps_batch(values, n))) return {};
  if (!node.attributes.shape.empty()) node.attributes.shape = *shape;
  std::vector<bool> repeated;
  for (const Extent& e : values.extents(n)) repeated.push_back(e.of_batch());
  return Held{.order = plain_order(shape->size()), .repeated = repeated, .known = evaluated(node, operands)};
}

/// Moves the extents with the elements.
Held folded_transpose(const OnnxValues& values, Value n) {
  const Node& node = values.node(n);
  const Held& x = values.held(node.operands[0]);
  std::vector<bool> repeated;
  for (const int axis : node.attributes.axes) repeated.push_back(x.repeated[static_cast<std::size_t>(axis)]);
  return {.order = plain_order(repeated.size()), .repeated = repeated, .known = evaluated(node, {*x.known})};
}

}  // namespace

std::optional<Held> folded(const OnnxValues& values, Value n) {
  const Node& node = values.node(n);
  const auto is_known = [&](Value o) { return values.held(o).known.has_value(); };
  if (node.operands.empty() || node.op == Op::random || !std::ranges::all_of(node.operands, is_known))
    return {};
  if (is_pointwise(node.op)) return folded_pointwise(values, n);
  if (node.op == Op::broadcast) return folded_broadcast(values, n);
  if (node.op == Op::transpose) return folded_transpose(values, n);
  return folded_structure(values, n);
}

}  // namespace sganc
