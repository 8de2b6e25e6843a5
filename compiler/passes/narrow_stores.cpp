#include <algorithm>
#include <iterator>

#include "compiler/passes/pass.h"

namespace sganc {
namespace {

/// The stored values that could have been written in bf16: results of Halide kernels that nobody outside of
/// the function reads.
std::set<Value> written_by_kernels(const PlannedFunction& c) {
  std::set<Value> values;
  for (const auto& group : c.plan.groups)
    if (is_kernel(group))
      for (Value v : group.outputs)
        if (c.function.node(v).type.dtype == DType::f32) values.insert(v);
  for (const auto& r : c.function.results) values.erase(stored_as(c.function, r.value));
  return values;
}

/// Whether `n`, which the group computes, may read numbers rounded to bf16. A product that rounds them anyway
/// and a comparison, as in the gradient of a leaky ReLU, give the same result. The sum of a bias's gradient
/// hardly changes if its terms are rounded.
bool reads_bf16(const Group& group, const Node& n, bool is_product) {
  if (is_product)
    return group.precision == Precision::bf16 && (is_kernel(group) || group.bias_gradient.id < 0);
  if (!is_kernel(group)) return false;
  return n.op == Op::greater || (n.op == Op::reduce_sum && n.origin.gradient);
}

/// Whether the group sees the value as it is in memory, because it reads or stores it.
bool is_stored(const Group& group, Value v) {
  return std::ranges::find(group.inputs, v) != group.inputs.end() ||
         std::ranges::find(group.outputs, v) != group.outputs.end();
}

}  // namespace

void narrow_stores(PlannedFunction& c, const PassContext&) {
  const Function& f = c.function;
  std::set<Value> narrow = written_by_kernels(c), multiplied;
  for (const auto& group : c.plan.groups)
    for (Value v : computed_by(f, group)) {
      const Node& n = f.node(v);
      if (n.op == Op::view) continue;
      for (Value o : n.operands) {
        const Value read = stored_as(f, o);
        if (!is_stored(group, read)) continue;
        if (v == group.anchor) multiplied.insert(read);
        if (!reads_bf16(group, n, v == group.anchor)) narrow.erase(read);
      }
    }
  std::ranges::set_intersection(narrow, multiplied, std::inserter(c.plan.in_bf16, c.plan.in_bf16.end()));
}

}  // namespace sganc
