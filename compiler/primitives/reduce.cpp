// Reductions: the elements along some axes become one.

#include <limits>

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

Type reduced_type(const Untyped& n) {
  const Type& x = n.in[0];
  const auto& axes = n.attributes.axes;
  require(x.dtype == DType::f32, std::string(n.op) + ": the operand must be f32, not " + to_string(x));
  require_axes(axes, x.shape.size(), n.op);
  Type result{x.dtype, {}};
  for (int kept : axes_without(axes, x.shape.size()))
    result.shape.push_back(x.shape[static_cast<std::size_t>(kept)]);
  return result;
}

/// `value`, which has the shape of the reduction's result, repeated to the shape of its operand.
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

/// Combines the elements of `x` along the node's axes, one after the other, from `start` on.
template <class Combine>
void reduce(const Node& node, const Tensor& x, Tensor& result, double start, Combine combine) {
  const auto kept = axes_without(node.attributes.axes, x.shape().size());
  std::ranges::fill(result.data, start);
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    const Shape index = index_of(x.shape(), i);
    Shape to;
    for (int axis : kept) to.push_back(index[static_cast<std::size_t>(axis)]);
    double& sum = result.data[offset_of(result.shape(), to)];
    sum = combine(sum, x.data[i]);
  }
}

void reduce_sum(const Node& node, Operands in, Tensor& result) {
  reduce(node, *in[0], result, 0, [](double a, double b) { return a + b; });
}

void reduce_max(const Node& node, Operands in, Tensor& result) {
  reduce(node, *in[0], result, -std::numeric_limits<double>::infinity(),
         [](double a, double b) { return std::max(a, b); });
}

Samples sum_samples() {
  return {{{f32({40, 1000})}, {.axes = {0, 1}}, {}, 1e-5},
          {{f32({80, 1000})}, {.axes = {0}}, {}, 1e-5},
          {{f32({80, 1000})}, {.axes = {1}}, {}, 1e-5},
          {{f32({2, 3, 5, 20})}, {.axes = {0, 1, 2}}},
          {{f32({2, 3, 5, 7})}, {.axes = {1, 3}}},
          {{f32({3, 5})}, {.axes = {}}},
          {{f32({4, 20, 30, 40})}, {.axes = {1, 2}}, {}, 1e-5},
          {{f32({5, 20, 30, 17})}, {.axes = {3}}, {}, 1e-5},
          {{f32({2, 3, 2, 5, 3, 18})}, {.axes = {2, 4}}},
          {{f32({3, 4, 100})}, {.axes = {0, 2}}}};
}

Examples sum_examples() {
  const Tensor x = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  return {{{x}, {.axes = {0}}, tensor({3}, {5, 7, 9})},
          {{x}, {.axes = {1}}, tensor({2}, {6, 15})},
          {{x}, {.axes = {0, 1}}, tensor({}, {21})}};
}

Samples max_samples() {
  return {{{f32({4, 20, 30, 33})}, {.axes = {1, 2}}},
          {{f32({50, 10})}, {.axes = {1}}},
          {{f32({3, 5, 20})}, {.axes = {0, 1}}},
          {{f32({33})}, {.axes = {0}}},
          {{f32({7, 65})}, {.axes = {1}}},
          {{f32({3, 4, 100})}, {.axes = {0, 2}}},
          {{f32({2, 3, 2})}, {.axes = {0, 2}}}};
}

Examples max_examples() {
  return {{{tensor({2, 2}, {-3, -1, -4, -9})}, {.axes = {1}}, tensor({2}, {-1, -4})}};
}

constexpr AttributeInfo kAxes[] = {{"axes", &Attributes::axes}};

constexpr Primitive kRows[] = {
    {.info = {Op::reduce_sum, "reduce_sum", OpClass::structure, 1},
     .attributes = kAxes,
     .type = reduced_type,
     .gradient = {by_reduce_sum},
     .reference = reduce_sum,
     .folded = [](double x, double repeats) { return x * repeats; },
     .share = share_reduce_sum,
     .samples = sum_samples,
     .examples = sum_examples},

    {.info = {Op::reduce_max, "reduce_max", OpClass::structure, 1},
     .attributes = kAxes,
     .type = reduced_type,
     .gradient = {by_reduce_max},
     .reference = reduce_max,
     .folded = [](double x, double) { return x; },
     .share = share_reduce_max,
     .samples = max_samples,
     .examples = max_examples},
};

}  // namespace

extern const Family reduce_primitives{kRows};

}  // namespace sganc
