#include "compiler/graph/builder.h"

#include <numbers>
#include <numeric>

namespace sganc {

Value Builder::add_node(Op op, std::vector<Value> operands, Attributes attributes, Type declared) {
  std::vector<Type> types;
  for (Value v : operands) types.push_back(type(v));
  Type result = infer_type(op, types, attributes, declared);
  function_->nodes.push_back({op, std::move(operands), std::move(attributes), std::move(result), origin_});
  return {static_cast<int>(function_->nodes.size()) - 1};
}

namespace {
Value find_leaf(const Function& f, Op op, const std::string& name) {
  for (std::size_t i = 0; i < f.nodes.size(); ++i)
    if (f.nodes[i].op == op && f.nodes[i].attributes.name == name) return {static_cast<int>(i)};
  return {};
}
}  // namespace

Value Builder::variable(const std::string& name, const Type& type) {
  if (Value v = find_leaf(*function_, Op::variable, name); v.id >= 0) return v;
  return add_node(Op::variable, {}, {.name = name}, type);
}

Value Builder::input(const std::string& name, const Type& type) {
  if (Value v = find_leaf(*function_, Op::input, name); v.id >= 0) return v;
  return add_node(Op::input, {}, {.name = name}, type);
}

Value Builder::constant(double value, const Shape& shape, DType dtype) {
  return add_node(Op::constant, {}, {.value = value}, {dtype, shape});
}

Value Builder::iota(int axis, const Shape& shape) {
  return add_node(Op::iota, {}, {.axes = {axis}}, {DType::f32, shape});
}

Value Builder::random(Value key, std::int64_t stream, const Shape& shape) {
  return add_node(Op::random, {key}, {.stream = stream}, {DType::f32, shape});
}

Value Builder::convert(Value x, DType dtype) {
  if (type(x).dtype == dtype) return x;
  return add_node(Op::convert, {x}, {.dtype = dtype});
}

Value Builder::broadcast(Value x, const Shape& shape, std::vector<int> axes) {
  return add_node(Op::broadcast, {x}, {.shape = shape, .axes = std::move(axes)});
}

Value Builder::broadcast_leading(Value x, const Shape& target) {
  std::vector<int> axes(shape(x).size());
  std::iota(axes.begin(), axes.end(), static_cast<int>(target.size() - axes.size()));
  return broadcast(x, target, std::move(axes));
}

Value Builder::reduce_sum(Value x, std::vector<int> axes) {
  return add_node(Op::reduce_sum, {x}, {.axes = std::move(axes)});
}

Value Builder::reduce_max(Value x, std::vector<int> axes) {
  return add_node(Op::reduce_max, {x}, {.axes = std::move(axes)});
}

Value Builder::view(Value x, const Shape& target) {
  return shape(x) == target ? x : add_node(Op::view, {x}, {.shape = target});
}

Value Builder::transpose(Value x, std::vector<int> axes) {
  return add_node(Op::transpose, {x}, {.axes = std::move(axes)});
}

Value Builder::pad(Value x, const Shape& low, const Shape& high) {
  return add_node(Op::pad, {x}, {.low = low, .high = high});
}

Value Builder::slice(Value x, const Shape& low, const Shape& extent) {
  return add_node(Op::slice, {x}, {.shape = extent, .low = low});
}

Value Builder::gather(Value table, Value index, int shared) {
  std::vector<int> axes(static_cast<std::size_t>(shared));
  std::iota(axes.begin(), axes.end(), 0);
  return add_node(Op::gather, {table, index}, {.axes = std::move(axes)});
}

Value Builder::matmul(Value a, Value b, bool transpose_a, bool transpose_b) {
  return add_node(Op::matmul, {a, b}, {.transpose_a = transpose_a, .transpose_b = transpose_b});
}

Value Builder::conv_backward_data(Value y, Value w, Attributes geometry, const Shape& x) {
  geometry.shape = x;
  return add_node(Op::conv_backward_data, {y, w}, std::move(geometry));
}

Value Builder::conv_backward_weights(Value x, Value y, Attributes geometry, const Shape& w) {
  geometry.shape = w;
  return add_node(Op::conv_backward_weights, {x, y}, std::move(geometry));
}

Value Builder::sum_all(Value x) {
  std::vector<int> axes(shape(x).size());
  std::iota(axes.begin(), axes.end(), 0);
  return axes.empty() ? x : reduce_sum(x, std::move(axes));
}

Value Builder::mean(Value x) {
  return divide(sum_all(x), static_cast<double>(type(x).elements()));
}

Value Builder::batch_mean(Value x) {
  return divide(reduce_sum(x, {0}), static_cast<double>(shape(x)[0]));
}

Value Builder::keep_and_reduce(Op reduce, Value x) {
  const Shape whole = shape(x);
  const int last = static_cast<int>(whole.size()) - 1;
  std::vector<int> kept(static_cast<std::size_t>(last));
  std::iota(kept.begin(), kept.end(), 0);
  return broadcast(add_node(reduce, {x}, {.axes = {last}}), whole, std::move(kept));
}

Value Builder::argmax(Value x) {
  const int last = static_cast<int>(shape(x).size()) - 1;
  const Value index = iota(last, Shape(shape(x)));
  const Value largest = keep_and_reduce(Op::reduce_max, x);
  const Value candidates = select(equal(x, largest), negate(index), like(index, -1e9));
  return negate(reduce_max(candidates, {last}));
}

Value Builder::stack(const std::vector<Value>& parts) {
  Shape whole = shape(parts.at(0));
  whole.insert(whole.begin(), static_cast<std::int64_t>(parts.size()));
  const Value index = iota(0, whole);
  Value stacked = broadcast_leading(parts.back(), whole);
  for (std::size_t i = parts.size() - 1; i-- > 0;)
    stacked = select(equal(index, like(index, static_cast<double>(i))), broadcast_leading(parts[i], whole),
                     stacked);
  return stacked;
}

Value Builder::sigmoid(Value x) {
  const Value e = exp(negate(absolute(x)));
  return divide(select(greater(x, 0.0), like(x, 1.0), e), add(e, 1.0));
}

Value Builder::softplus(Value x) {
  return add(maximum(x, 0.0), log(add(exp(negate(absolute(x))), 1.0)));
}

Value Builder::random_normal(Value key, std::int64_t stream, const Shape& shape) {
  const Value u = random(key, stream, shape), v = random(key, stream + 1, shape);
  const Value radius = sqrt(multiply(log(subtract(1.0, u)), -2.0));
  return multiply(radius, cos(multiply(v, 2 * std::numbers::pi)));
}

}  // namespace sganc
