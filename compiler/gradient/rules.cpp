#include "compiler/gradient/rules.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sganc {
namespace {

Value operand(Builder& b, Value n, std::size_t i) {
  return b.function().node(n).operands[i];
}
Attributes attributes(Builder& b, Value n) {
  return b.function().node(n).attributes;
}
Value zeros(Builder& b, Value like) {
  return b.like(like, 0.0);
}

Value negated(Builder& b, Value, Value dy) {
  return b.negate(dy);
}
Value passed(Builder&, Value, Value dy) {
  return dy;
}

Value by_first_factor(Builder& b, Value n, Value dy) {
  return b.multiply(dy, operand(b, n, 1));
}
Value by_second_factor(Builder& b, Value n, Value dy) {
  return b.multiply(dy, operand(b, n, 0));
}

/// d (a / c) / dc = -(a / c) / c
Value by_divisor(Builder& b, Value n, Value dy) {
  return b.negate(b.divide(b.multiply(dy, n), operand(b, n, 1)));
}

/// Where both are equal the second operand gets the gradient.
Value by_greater(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 0), operand(b, n, 1)), dy, zeros(b, dy));
}
Value by_not_greater(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 0), operand(b, n, 1)), zeros(b, dy), dy);
}
/// min(a, c): a where c > a, else c.
Value by_smaller(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 1), operand(b, n, 0)), dy, zeros(b, dy));
}
Value by_not_smaller(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 1), operand(b, n, 0)), zeros(b, dy), dy);
}

Value by_chosen(Builder& b, Value n, Value dy) {
  return b.select(operand(b, n, 0), dy, zeros(b, dy));
}
Value by_not_chosen(Builder& b, Value n, Value dy) {
  return b.select(operand(b, n, 0), zeros(b, dy), dy);
}

Value by_exp(Builder& b, Value n, Value dy) {
  return b.multiply(dy, n);
}
Value by_log(Builder& b, Value n, Value dy) {
  return b.divide(dy, operand(b, n, 0));
}
Value by_sqrt(Builder& b, Value n, Value dy) {
  return b.divide(b.multiply(dy, 0.5), n);
}
Value by_tanh(Builder& b, Value n, Value dy) {
  return b.multiply(dy, b.subtract(1.0, b.multiply(n, n)));
}
/// d cos x / dx = -sin x = cos(x + pi / 2)
Value by_cos(Builder& b, Value n, Value dy) {
  return b.multiply(dy, b.cos(b.add(operand(b, n, 0), 1.57079632679489662)));
}

std::vector<int> axes_without(const std::vector<int>& axes, std::size_t rank) {
  std::vector<int> rest;
  for (int i = 0; i < static_cast<int>(rank); ++i)
    if (std::ranges::find(axes, i) == axes.end()) rest.push_back(i);
  return rest;
}

Value by_broadcast(Builder& b, Value n, Value dy) {
  auto gone = axes_without(attributes(b, n).axes, b.shape(n).size());
  return gone.empty() ? dy : b.reduce_sum(dy, std::move(gone));
}

/// `value`, of the reduced shape, repeated to the shape of what was reduced.
Value unreduced(Builder& b, Value n, Value value) {
  const Shape whole = b.shape(operand(b, n, 0));
  return b.broadcast(value, whole, axes_without(attributes(b, n).axes, whole.size()));
}
Value by_reduce_sum(Builder& b, Value n, Value dy) {
  return unreduced(b, n, dy);
}
/// Elements that share the maximum share its gradient.
Value by_reduce_max(Builder& b, Value n, Value dy) {
  const Value largest = b.equal(operand(b, n, 0), unreduced(b, n, n));
  const Value count = b.reduce_sum(largest, attributes(b, n).axes);
  return b.multiply(unreduced(b, n, b.divide(dy, count)), largest);
}

Value by_view(Builder& b, Value n, Value dy) {
  return b.view(dy, Shape(b.shape(operand(b, n, 0))));
}
Value by_transpose(Builder& b, Value n, Value dy) {
  const auto axes = attributes(b, n).axes;
  std::vector<int> inverse(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i)
    inverse[static_cast<std::size_t>(axes[i])] = static_cast<int>(i);
  return b.transpose(dy, std::move(inverse));
}
Value by_pad(Builder& b, Value n, Value dy) {
  return b.slice(dy, attributes(b, n).low, Shape(b.shape(operand(b, n, 0))));
}
Value by_slice(Builder& b, Value n, Value dy) {
  const Shape low = attributes(b, n).low, part = b.shape(n);
  Shape high = b.shape(operand(b, n, 0));
  for (std::size_t i = 0; i < high.size(); ++i) high[i] -= low[i] + part[i];
  return b.pad(dy, low, high);
}

Value by_table(Builder& b, Value n, Value dy) {
  const Shape table = b.shape(operand(b, n, 0));
  return b.add_node(Op::scatter_add, {dy, operand(b, n, 1)}, {.shape = table, .axes = attributes(b, n).axes});
}
Value by_rows(Builder& b, Value n, Value dy) {
  return b.add_node(Op::gather, {dy, operand(b, n, 1)}, {.axes = attributes(b, n).axes});
}

/// c = op(a) op(d): da = dc op(d)', or its transpose where a is read transposed; dd likewise.
Value matmul_by_a(Builder& b, Value n, Value dy) {
  const auto at = attributes(b, n);
  const Value d = operand(b, n, 1);
  return at.transpose_a ? b.matmul(d, dy, at.transpose_b, true) : b.matmul(dy, d, false, !at.transpose_b);
}
Value matmul_by_b(Builder& b, Value n, Value dy) {
  const auto at = attributes(b, n);
  const Value a = operand(b, n, 0);
  return at.transpose_b ? b.matmul(dy, a, true, at.transpose_a) : b.matmul(a, dy, !at.transpose_a, false);
}

// The convolution is linear in each operand, and its two adjoints are each other's and its own derivatives.
Value conv_by_x(Builder& b, Value n, Value dy) {
  return b.conv_backward_data(dy, operand(b, n, 1), attributes(b, n), Shape(b.shape(operand(b, n, 0))));
}
Value conv_by_w(Builder& b, Value n, Value dy) {
  return b.conv_backward_weights(operand(b, n, 0), dy, attributes(b, n), Shape(b.shape(operand(b, n, 1))));
}
Attributes geometry(Builder& b, Value n) {
  Attributes a = attributes(b, n);
  a.shape.clear();
  return a;
}
Value backward_data_by_y(Builder& b, Value n, Value dx) {
  return b.conv(dx, operand(b, n, 1), geometry(b, n));
}
Value backward_data_by_w(Builder& b, Value n, Value dx) {
  return b.conv_backward_weights(dx, operand(b, n, 0), geometry(b, n), Shape(b.shape(operand(b, n, 1))));
}
Value backward_weights_by_x(Builder& b, Value n, Value dw) {
  return b.conv_backward_data(operand(b, n, 1), dw, geometry(b, n), Shape(b.shape(operand(b, n, 0))));
}
Value backward_weights_by_y(Builder& b, Value n, Value dw) {
  return b.conv(operand(b, n, 0), dw, geometry(b, n));
}

struct Row {
  Op op;
  std::vector<OperandRule> rules;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {Op::variable, {}},
      {Op::input, {}},
      {Op::constant, {}},
      {Op::iota, {}},
      {Op::random, {nullptr}},
      {Op::negate, {negated}},
      {Op::exp, {by_exp}},
      {Op::log, {by_log}},
      {Op::sqrt, {by_sqrt}},
      {Op::tanh, {by_tanh}},
      {Op::cos, {by_cos}},
      {Op::stop_gradient, {nullptr}},
      {Op::convert, {nullptr}},
      {Op::add, {passed, passed}},
      {Op::subtract, {passed, negated}},
      {Op::multiply, {by_first_factor, by_second_factor}},
      {Op::divide,
       {[](Builder& b, Value n, Value dy) { return b.divide(dy, operand(b, n, 1)); }, by_divisor}},
      {Op::maximum, {by_greater, by_not_greater}},
      {Op::minimum, {by_smaller, by_not_smaller}},
      {Op::greater, {nullptr, nullptr}},
      {Op::equal, {nullptr, nullptr}},
      {Op::select, {nullptr, by_chosen, by_not_chosen}},
      {Op::broadcast, {by_broadcast}},
      {Op::reduce_sum, {by_reduce_sum}},
      {Op::reduce_max, {by_reduce_max}},
      {Op::view, {by_view}},
      {Op::transpose, {by_transpose}},
      {Op::pad, {by_pad}},
      {Op::slice, {by_slice}},
      {Op::gather, {by_table, nullptr}},
      {Op::scatter_add, {by_rows, nullptr}},
      {Op::matmul, {matmul_by_a, matmul_by_b}},
      {Op::conv, {conv_by_x, conv_by_w}},
      {Op::conv_backward_data, {backward_data_by_y, backward_data_by_w}},
      {Op::conv_backward_weights, {backward_weights_by_x, backward_weights_by_y}},
  };
  return table;
}

}  // namespace

const std::vector<OperandRule>& gradient_rules(Op op) {
  const auto found = std::ranges::find(rows(), op, &Row::op);
  if (found == rows().end()) throw std::logic_error("no gradient row for " + std::string(info(op).name));
  return found->rules;
}

}  // namespace sganc
