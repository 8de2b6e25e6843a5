#include <algorithm>
#include <numeric>

#include "compiler/passes/pass.h"

namespace sganc {
namespace {

/// The readers of each value: the nodes that read it, and whether it is a result.
struct Readers {
  std::vector<std::vector<Value>> nodes;
  std::vector<bool> is_result;

  /// Counts a value that the schedule keeps apart from a reader as a result, since it must be stored too.
  Readers(const Function& f, const Fusion& fusion) : nodes(f.nodes.size()), is_result(f.nodes.size()) {
    for (std::size_t i = 0; i < f.nodes.size(); ++i)
      for (Value v : f.nodes[i].operands) {
        nodes[static_cast<std::size_t>(v.id)].push_back({static_cast<int>(i)});
        if (separates(f, fusion, v, {static_cast<int>(i)})) is_result[static_cast<std::size_t>(v.id)] = true;
      }
    for (const auto& r : f.results) is_result[static_cast<std::size_t>(r.value.id)] = true;
  }
  const std::vector<Value>& of(Value v) const { return nodes[static_cast<std::size_t>(v.id)]; }
  bool kept(Value v) const { return is_result[static_cast<std::size_t>(v.id)]; }
  bool only(Value v, std::size_t count) const { return !kept(v) && of(v).size() == count; }
};

std::optional<double> constant(const Function& f, Value v) {
  return f.node(v).op == Op::constant ? std::optional(f.node(v).attributes.value) : std::nullopt;
}

/// Matches y + broadcast(bias) over the last axis if nothing else reads y and the bias is a weight. Returns
/// the sum.
Value match_bias(const Function& f, const Readers& readers, Value y, Value& bias) {
  if (!readers.only(y, 1)) return {};
  const Value sum = readers.of(y)[0];
  if (f.node(sum).op != Op::add) return {};
  const auto& operands = f.node(sum).operands;
  const Value other = operands[0] == y ? operands[1] : operands[0];
  const Node& b = f.node(other);
  if (b.op != Op::broadcast || f.node(b.operands[0]).op != Op::variable) return {};
  const int last = static_cast<int>(b.type.shape.size()) - 1;
  if (b.attributes.axes != std::vector<int>{last}) return {};
  bias = b.operands[0];
  return sum;
}

/// Matches max(y, k y), max(y, 0) or tanh(y) if nothing else reads y. Returns the activation's result.
Value match_activation(const Function& f, const Readers& readers, Value y, Activation& activation) {
  const auto& who = readers.of(y);
  if (readers.only(y, 1) && f.node(who[0]).op == Op::tanh) {
    activation = {Activation::Kind::tanh, 0};
    return who[0];
  }
  for (Value v : who) {
    const Node& n = f.node(v);
    if (n.op != Op::maximum || n.operands[0] != y) continue;
    if (constant(f, n.operands[1]) == 0.0 && readers.only(y, 1)) {
      activation = {Activation::Kind::leaky_relu, 0};
      return v;
    }
    const Node& m = f.node(n.operands[1]);
    if (m.op != Op::multiply || m.operands[0] != y || !constant(f, m.operands[1])) continue;
    if (!readers.only(y, 2) || !readers.only(n.operands[1], 1)) continue;
    const double slope = *constant(f, m.operands[1]);
    if (slope < 0 || slope > 1) continue;
    activation = {Activation::Kind::leaky_relu, static_cast<float>(slope)};
    return v;
  }
  return {};
}

/// Returns the end of the longest chain of pointwise nodes from `y` on of which only the end is read
/// elsewhere and must be stored. That may be `y` itself. The other nodes of the chain are computed only here.
Value end_of_chain(const Function& f, const Readers& readers, Value y) {
  const auto count = f.node(y).type.elements();
  std::set<Value> inside = {y};
  Value last = y;
  for (int i = y.id + 1; i < static_cast<int>(f.nodes.size()); ++i) {
    const Node& n = f.nodes[static_cast<std::size_t>(i)];
    const bool reads = std::ranges::any_of(n.operands, [&](Value v) { return inside.contains(v); });
    if (!reads) continue;
    if (!is_pointwise(n.op) || n.type.elements() != count) break;
    // everything else that it reads must be computed before y
    const auto ready = [&](Value v) {
      std::vector<Value> open = {v};
      while (!open.empty()) {
        const Value u = open.back();
        open.pop_back();
        if (inside.contains(u) || u.id < y.id || is_memory(f.node(u))) continue;
        const Node& m = f.node(u);
        const auto kind = info(m.op).kind;
        if (kind == OpClass::product || kind == OpClass::message || m.op == Op::reduce_sum ||
            m.op == Op::reduce_max)
          return false;
        open.insert(open.end(), m.operands.begin(), m.operands.end());
      }
      return true;
    };
    if (!std::ranges::all_of(n.operands, ready)) break;
    inside.insert({i});
    // the chain may end here if other nodes read nothing of it but this value
    const bool ends = std::ranges::all_of(inside, [&](Value v) {
      return v == Value{i} || (!readers.kept(v) && std::ranges::all_of(readers.of(v), [&](Value r) {
               return inside.contains(r);
             }));
    });
    if (ends) last = {i};
  }
  return last;
}

/// Lets a weights' gradient also compute a bias's gradient: the sum, over all axes but the last, of an image
/// that it reads. Does so if the function needs that sum and no product before computes it (`taken`).
void attach_bias_gradient(const Function& f, Group& group, std::set<Value>& taken) {
  const Node& weights = f.node(group.anchor);
  if (weights.op != Op::conv_backward_weights) return;
  // the same memory under the same shape
  const auto sums = [&](const Node& n, Value image) {
    return stored_as(f, n.operands[0]) == stored_as(f, image) &&
           f.node(n.operands[0]).type == f.node(image).type;
  };
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    const Node& n = f.nodes[i];
    if (n.op != Op::reduce_sum || n.attributes.axes != std::vector<int>{0, 1, 2} || n.type.shape.size() != 1)
      continue;
    const bool of_y = group.implementation->sums_y && sums(n, weights.operands[1]);
    const bool of_x = group.implementation->sums_x && sums(n, weights.operands[0]);
    if ((!of_y && !of_x) || !taken.insert({static_cast<int>(i)}).second) continue;
    group.bias_gradient = {static_cast<int>(i)};
    group.bias_of_x = !of_y;
    group.outputs.push_back(group.bias_gradient);
    return;
  }
}

void fuse_post_ops(const Function& f, const Readers& readers, Group& group) {
  if (f.node(group.anchor).op == Op::conv_backward_weights) return;
  Value y = group.anchor;
  if (const Value sum = match_bias(f, readers, y, group.bias); sum.id >= 0) y = sum;
  if (const Value a = match_activation(f, readers, y, group.activation); a.id >= 0) y = a;
  group.outputs = {y};
}

}  // namespace

void fuse_epilogues(PlannedFunction& planned, const PassContext& context) {
  const Function& f = planned.function;
  const Fusion& fusion = context.schedule.fusion;
  const Readers readers(f, fusion);
  std::set<Value> taken;
  for (auto& [anchor, group] : planned.plan.products) {
    if (!is_kernel(group))
      fuse_post_ops(f, readers, group);
    else if (f.node(anchor).op != Op::conv_backward_weights)
      group.outputs = {end_of_chain(f, readers, anchor)};
    if (fusion.reach != Fusion::Reach::nothing) attach_bias_gradient(f, group, taken);
  }
}

}  // namespace sganc
