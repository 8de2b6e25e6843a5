#include "compiler/export/onnx/values.h"

#include <algorithm>
#include <numeric>

namespace sganc {
namespace {

std::size_t index(int axis) {
  return static_cast<std::size_t>(axis);
}

/// The tensor with its axes in this order.
Tensor transposed(const Tensor& tensor, const Order& order) {
  if (order == plain_order(order.size())) return tensor;
  Tensor result{{tensor.type.dtype, {}}, std::vector<double>(tensor.data.size())};
  for (const int axis : order) result.type.shape.push_back(tensor.shape()[index(axis)]);
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    const Shape to = index_of(result.shape(), i);
    Shape from(to.size());
    for (std::size_t axis = 0; axis < to.size(); ++axis) from[index(order[axis])] = to[axis];
    result.data[i] = tensor.data[offset_of(tensor.shape(), from)];
  }
  return result;
}

/// Without leading axes of extent 1.
Tensor trimmed(Tensor tensor) {
  Shape& shape = tensor.type.shape;
  shape.erase(shape.begin(), std::ranges::find_if(shape, [](std::int64_t extent) { return extent != 1; }));
  return tensor;
}

}  // namespace

Order plain_order(std::size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Order channels_first(std::size_t rank) {
  Order order = plain_order(rank);
  std::rotate(order.begin() + 1, order.end() - 1, order.end());
  return order;
}

OnnxValues::OnnxValues(const Batched& batched, const Tensors& variables, onnx::GraphProto& proto)
    : graph(proto), batched_(batched), variables_(variables), reads_(count_uses(batched.function())) {
  for (const auto& result : batched.function().results) ++reads_[index(result.value.id)];
}

const Tensor& OnnxValues::variable(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) throw std::logic_error("export: there is no variable " + name);
  return found->second;
}

void OnnxValues::hold(Value v, Held held) {
  if (held.repeated.empty()) held.repeated.resize(rank(v));
  if (!held.known) {
    onnx::TypeProto type = type_of(v, held.order, held.repeated);
    if (held.flags) type.mutable_tensor_type()->set_elem_type(onnx::TensorProto::BOOL);
    graph.describe(held.name, type);
  }
  held_[v] = std::move(held);
}

void OnnxValues::label(Value v, const std::string& name) {
  if (Held& h = held_.at(v); h.known && h.label.empty()) h.label = name;
}

/// The initializer of a known value. Its name is that of the variable, if it is one.
std::string OnnxValues::known_name(Value v, const Order& order, bool complete) {
  const Held& h = held(v);
  const Tensor ordered = transposed(*h.known, order);
  const Tensor tensor = complete ? ordered : trimmed(ordered);
  const std::string source = h.label.empty() ? "%" + std::to_string(v.id) : h.label;
  std::string& name = known_names_[{source + to_string(tensor.shape()), order}];
  if (name.empty()) name = graph.tensor(h.label, tensor);
  return name;
}

std::string OnnxValues::in_order(const std::string& name, const Order& before, const Order& after) {
  if (before == after) return name;
  std::vector<std::int64_t> perm;
  for (const int axis : after) perm.push_back(std::ranges::find(before, axis) - before.begin());
  std::string& known = ordered_[{name, after}];
  if (known.empty()) known = graph.add("Transpose", {name}, {{"perm", perm}});
  return known;
}

std::string OnnxValues::name_of(Value v, const Order& order) {
  const Held& h = held(v);
  if (h.known) return known_name(v, order, /*complete=*/false);
  std::string name = h.name;
  if (h.flags) {
    std::string& cast = cast_[name];
    if (cast.empty()) cast = graph.add("Cast", {name}, {{"to", std::int64_t{onnx::TensorProto::FLOAT}}});
    name = cast;
  }
  return in_order(name, h.order, order);
}

std::string OnnxValues::flags_of(Value v, const Order& order) {
  const Held& h = held(v);
  if (h.flags) return in_order(h.name, h.order, order);
  return graph.add("Cast", {name_of(v, order)}, {{"to", std::int64_t{onnx::TensorProto::BOOL}}});
}

std::string OnnxValues::whole(Value v, const Order& order) {
  const Held& h = held(v);
  const std::string name = h.known ? known_name(v, order, /*complete=*/true) : name_of(v, order);
  if (std::ranges::count(h.repeated, true) == 0) return name;
  const Extents all = extents(v);
  Extents wanted;
  for (const int axis : order)
    wanted.push_back(h.repeated[index(axis)] ? all[index(axis)] : Extent{.number = 1});
  const std::string shape = shape_of(wanted);
  std::string& expanded = expanded_[{name, shape}];
  if (expanded.empty()) expanded = graph.add("Expand", {name, shape});
  return expanded;
}

std::optional<std::string> OnnxValues::vector_of(Value v) {
  const Held& h = held(v);
  if (!h.known || h.known->type.elements() != h.known->shape().back()) return {};
  Tensor vector = *h.known;
  vector.type.shape = {node(v).type.shape.back()};
  vector.data.resize(index(static_cast<int>(vector.type.shape[0])), vector.data[0]);
  const std::string source = h.label.empty() ? "%" + std::to_string(v.id) : h.label;
  std::string& name = known_names_[{source, Order{-1}}];
  if (name.empty()) name = graph.tensor(h.label, vector);
  return name;
}

std::string OnnxValues::batch() {
  std::string& name = cast_["batch"];
  if (name.empty())
    name = graph.add("Shape", {graph.first_input()}, {{"start", std::int64_t{0}}, {"end", std::int64_t{1}}});
  return name;
}

std::string OnnxValues::shape_of(const Extents& extents) {
  std::vector<std::string> parts;
  std::vector<std::int64_t> numbers;
  const auto flush = [&] {
    if (!numbers.empty()) parts.push_back(graph.integers(std::exchange(numbers, {})));
  };
  for (const Extent& e : extents) {
    if (!e.of_batch()) {
      numbers.push_back(e.number);
      continue;
    }
    flush();
    std::string part = batch();
    if (e.numerator != 1) part = graph.add("Mul", {part, graph.integers({e.numerator})});
    if (e.denominator != 1) part = graph.add("Div", {part, graph.integers({e.denominator})});
    parts.push_back(part);
  }
  if (parts.empty()) return graph.integers(numbers);
  flush();
  return parts.size() == 1 ? parts[0] : graph.add("Concat", parts, {{"axis", std::int64_t{0}}});
}

onnx::TypeProto OnnxValues::type_of(Value v, const Order& order, const std::vector<bool>& repeated) const {
  onnx::TypeProto type;
  auto& tensor = *type.mutable_tensor_type();
  tensor.set_elem_type(onnx_type(node(v).type.dtype));
  const Extents all = extents(v);
  auto& shape = *tensor.mutable_shape();
  for (const int axis : order) {
    auto& dimension = *shape.add_dim();
    const Extent& extent = all[index(axis)];
    if (!repeated.empty() && repeated[index(axis)])
      dimension.set_dim_value(1);
    else if (!extent.of_batch())
      dimension.set_dim_value(extent.number);
    else if (extent.is_batch())
      dimension.set_dim_param("batch");
  }
  return type;
}

}  // namespace sganc
