#include <array>
#include <cmath>

#include "compiler/passes/pass.h"
#include "compiler/passes/rewrite.h"
#include "compiler/primitives/table.h"

namespace sganc {
namespace {

const Node& node(Builder& b, Value v) {
  return b.function().node(v);
}

std::optional<double> constant(Builder& b, Value v) {
  const Node& n = node(b, v);
  return n.op == Op::constant ? std::optional(n.attributes.value) : std::nullopt;
}

bool is_constant(Builder& b, Value v, double value) {
  return constant(b, v) == value;
}

// op(constant, ...) -> constant   if the primitive's row says how
std::optional<Value> fold(Builder& b, const Node& n) {
  const Primitive& row = primitive(n.op);
  if (n.operands.empty() || n.type.dtype != DType::f32) return {};
  std::array<double, 3> x{};
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    const auto c = constant(b, n.operands[i]);
    if (!c) return {};
    x[i] = *c;
  }
  if (row.element) {
    const double value = row.element(x.data());
    return std::isfinite(value) ? std::optional(b.constant(value, n.type.shape)) : std::nullopt;
  }
  if (!row.folded) return {};
  const auto repeats = node(b, n.operands[0]).type.elements() / n.type.elements();
  return b.constant(row.folded(x[0], static_cast<double>(repeats)), n.type.shape);
}

// x + 0, 0 + x, x - 0, x * 1, 1 * x, x / 1 -> x;   x * 0, 0 * x -> 0
std::optional<Value> drop_neutral(Builder& b, const Node& n) {
  if (n.operands.size() != 2) return {};
  const Value x = n.operands[0], y = n.operands[1];
  const bool sum = n.op == Op::add, product = n.op == Op::multiply;
  if ((sum || n.op == Op::subtract) && is_constant(b, y, 0)) return x;
  if (sum && is_constant(b, x, 0)) return y;
  if ((product || n.op == Op::divide) && is_constant(b, y, 1)) return x;
  if (product && is_constant(b, x, 1)) return y;
  if (product && (is_constant(b, x, 0) || is_constant(b, y, 0))) return b.constant(0, n.type.shape);
  return {};
}

// stop_gradient(x) -> x   as gradients have been built already
std::optional<Value> drop_stop(Builder&, const Node& n) {
  return n.op == Op::stop_gradient ? std::optional(n.operands[0]) : std::nullopt;
}

// -(-x) -> x
std::optional<Value> drop_double_negation(Builder& b, const Node& n) {
  if (n.op != Op::negate || node(b, n.operands[0]).op != Op::negate) return {};
  return node(b, n.operands[0]).operands[0];
}

// view(view(x)) -> view(x);   view(x) of x's own shape -> x
std::optional<Value> merge_views(Builder& b, const Node& n) {
  if (n.op != Op::view) return {};
  Value x = n.operands[0];
  if (node(b, x).op == Op::view) x = node(b, x).operands[0];
  if (node(b, x).type.shape == n.type.shape) return x;
  return x == n.operands[0] ? std::nullopt : std::optional(b.view(x, n.type.shape));
}

/// Returns k if `v` is multiply(x, k) with 0 <= k < 1, and 0 if `v` is the constant 0.
std::optional<double> slope_of(Builder& b, Value v, Value x) {
  if (is_constant(b, v, 0)) return 0.0;
  const Node& m = node(b, v);
  if (m.op != Op::multiply || m.operands[0] != x) return {};
  const auto k = constant(b, m.operands[1]);
  return k && *k >= 0 && *k < 1 ? k : std::nullopt;
}

// x > k x -> x > 0   for 0 <= k < 1
std::optional<Value> compare_to_zero(Builder& b, const Node& n) {
  if (n.op != Op::greater || is_constant(b, n.operands[1], 0) || !slope_of(b, n.operands[1], n.operands[0]))
    return {};
  return b.greater(n.operands[0], 0.0);
}

// x > 0 -> max(x, k x) > 0   if that maximum exists and 0 <= k < 1, so that the activation's input need not
// be kept
std::optional<Value> compare_the_output(Builder& b, const Node& n) {
  if (n.op != Op::greater || !is_constant(b, n.operands[1], 0)) return {};
  for (std::size_t i = 0; i < b.function().nodes.size(); ++i) {
    const Node& m = b.function().nodes[i];
    if (m.op == Op::maximum && m.operands[0] == n.operands[0] && slope_of(b, m.operands[1], m.operands[0]))
      return b.greater(Value{static_cast<int>(i)}, 0.0);
  }
  return {};
}

// select(c, a, 0) + k select(c, 0, a) -> select(c, a, k a)
std::optional<Value> merge_selects(Builder& b, const Node& n) {
  if (n.op != Op::add) return {};
  for (int swap = 0; swap < 2; ++swap) {
    const Node first = node(b, n.operands[static_cast<std::size_t>(swap)]);
    const Node scaled = node(b, n.operands[static_cast<std::size_t>(1 - swap)]);
    if (first.op != Op::select || scaled.op != Op::multiply || !constant(b, scaled.operands[1])) continue;
    const Node second = node(b, scaled.operands[0]);
    if (second.op != Op::select || second.operands[0] != first.operands[0]) continue;
    if (!is_constant(b, first.operands[2], 0) || !is_constant(b, second.operands[1], 0)) continue;
    const Value a = first.operands[1];
    if (second.operands[2] == a) return b.select(first.operands[0], a, b.multiply(a, scaled.operands[1]));
  }
  return {};
}

constexpr std::array kRules = {fold,        drop_neutral,    drop_stop,          drop_double_negation,
                               merge_views, compare_to_zero, compare_the_output, merge_selects};

}  // namespace

void simplify(PlannedFunction& planned, const PassContext&) {
  planned.function = rewrite(planned.function, [](Builder& b, const Node& n) -> std::optional<Value> {
    for (const auto rule : kRules)
      if (const auto replaced = rule(b, n)) return replaced;
    return {};
  });
}

}  // namespace sganc
