// The table of all primitives; leaves and pointwise operations stand here.

#include "compiler/reference/primitives.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "runtime/execute/random.h"

namespace sganc {
namespace {

using Compute = std::function<Tensor(const Node&, Operands)>;

Tensor constant(const Node& node, Operands) {
  return filled(node.type, node.attributes.value);
}

Tensor iota(const Node& node, Operands) {
  Tensor result = filled(node.type);
  const auto axis = static_cast<std::size_t>(node.attributes.axes[0]);
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = static_cast<double>(index_of(result.shape(), i)[axis]);
  return result;
}

/// The key's words are {seed low, seed high, step low, step high}; the counter is the element's offset.
Tensor random(const Node& node, Operands in) {
  const auto word = [&](std::size_t i) {
    return std::uint64_t{static_cast<std::uint32_t>(static_cast<std::int32_t>(in[0]->data[i]))};
  };
  const RandomKey key{word(0) | word(1) << 32, word(2) | word(3) << 32};
  const auto stream = static_cast<std::uint32_t>(node.attributes.stream);
  Tensor result = filled(node.type);
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = drawn_uniform(key, stream, static_cast<std::uint32_t>(i));
  return result;
}

/// From f32 to whole numbers: rounded towards zero, at most the nearest end of the range, and 0 for NaN. From
/// i32 to u8: the low 8 bits. All else keeps its value.
double converted(double x, DType from, DType to) {
  if (to == DType::f32 || from == to) return x;
  if (from == DType::i32 && to == DType::u8) return static_cast<std::uint8_t>(static_cast<std::int32_t>(x));
  if (from == DType::u8) return x;
  const double whole = std::trunc(static_cast<float>(x));
  if (std::isnan(whole)) return 0;
  return to == DType::u8 ? std::clamp(whole, 0.0, 255.0) : std::clamp(whole, -2147483648.0, 2147483647.0);
}

Tensor convert(const Node& node, Operands in) {
  const DType from = in[0]->type.dtype, to = node.attributes.dtype;
  Tensor result = *in[0];
  result.type.dtype = to;
  for (double& x : result.data) x = converted(x, from, to);
  return result;
}

Compute unary(double (*f)(double)) {
  return [f](const Node&, Operands in) {
    Tensor result = *in[0];
    for (double& x : result.data) x = f(x);
    return result;
  };
}

Compute binary(double (*f)(double, double)) {
  return [f](const Node&, Operands in) {
    Tensor result = *in[0];
    for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] = f(result.data[i], in[1]->data[i]);
    return result;
  };
}

Tensor select(const Node&, Operands in) {
  Tensor result = *in[1];
  for (std::size_t i = 0; i < result.data.size(); ++i)
    if (in[0]->data[i] == 0) result.data[i] = in[2]->data[i];
  return result;
}

struct Row {
  Op op;
  Compute compute;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {Op::constant, constant},
      {Op::iota, iota},
      {Op::random, random},
      {Op::negate, unary([](double x) { return -x; })},
      {Op::exp, unary([](double x) { return std::exp(x); })},
      {Op::log, unary([](double x) { return std::log(x); })},
      {Op::sqrt, unary([](double x) { return std::sqrt(x); })},
      {Op::tanh, unary([](double x) { return std::tanh(x); })},
      {Op::cos, unary([](double x) { return std::cos(x); })},
      {Op::stop_gradient, unary([](double x) { return x; })},
      {Op::convert, convert},
      {Op::add, binary([](double a, double b) { return a + b; })},
      {Op::subtract, binary([](double a, double b) { return a - b; })},
      {Op::multiply, binary([](double a, double b) { return a * b; })},
      {Op::divide, binary([](double a, double b) { return a / b; })},
      {Op::maximum, binary([](double a, double b) { return std::max(a, b); })},
      {Op::minimum, binary([](double a, double b) { return std::min(a, b); })},
      {Op::greater, binary([](double a, double b) { return a > b ? 1.0 : 0.0; })},
      {Op::equal, binary([](double a, double b) { return a == b ? 1.0 : 0.0; })},
      {Op::select, select},
      {Op::broadcast, broadcast},
      {Op::reduce_sum, reduce_sum},
      {Op::reduce_max, reduce_max},
      {Op::view, view},
      {Op::transpose, transpose},
      {Op::pad, pad},
      {Op::slice, slice},
      {Op::gather, gather},
      {Op::scatter_add, scatter_add},
      {Op::matmul, matmul},
      {Op::conv, conv},
      {Op::conv_backward_data, conv_backward_data},
      {Op::conv_backward_weights, conv_backward_weights},
  };
  return table;
}

}  // namespace

Tensor evaluate_primitive(const Node& node, Operands operands) {
  const auto row = std::ranges::find(rows(), node.op, &Row::op);
  if (row == rows().end())
    throw std::logic_error("the reference has no operation " + std::string(info(node.op).name));
  return row->compute(node, operands);
}

}  // namespace sganc
