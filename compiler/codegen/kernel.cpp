#include "compiler/codegen/kernel.h"

#include <algorithm>

#include "compiler/primitives/tensor.h"

namespace sganc {
namespace {

/// Copies the nodes that a group computes into a function of their own.
class Cutter {
 public:
  Cutter(const Function& from, const Group& group, Function& to) : from_(from), group_(group), to_(to) {
    for (std::size_t i = 0; i < group.inputs.size(); ++i) {
      const Node& n = from_.node(group.inputs[i]);
      now_[group.inputs[i]] = add({Op::input, {}, {.name = "operand_" + std::to_string(i)}, type_of(n), {}});
    }
  }

  Value copy(Value v) {
    if (const auto found = now_.find(v); found != now_.end()) return found->second;
    Node node = from_.node(v);
    for (Value& o : node.operands) o = copy(o);
    if (group_.flat && node.op == Op::view) return now_[v] = node.operands[0];
    if (group_.flat) flatten(node.attributes);
    node.type = type_of(node);
    node.origin = {};
    return now_[v] = add(std::move(node));
  }

 private:
  Value add(Node node) {
    to_.nodes.push_back(std::move(node));
    return {static_cast<int>(to_.nodes.size()) - 1};
  }
  /// Shapes become [?]. A part of a whole begins at an index instead of coordinates.
  static void flatten(Attributes& a) {
    if (!a.low.empty()) a.low = {static_cast<std::int64_t>(offset_of(a.shape, a.low))};
    if (!a.shape.empty()) a.shape = {kUnknownExtent};
  }
  /// The type of a node in the kernel. In a flat kernel all shapes but those of single numbers are [?].
  Type type_of(const Node& n) const {
    if (!group_.flat || n.type.shape.empty() || n.type.dtype != DType::f32) return n.type;
    return {n.type.dtype, {kUnknownExtent}};
  }

  const Function& from_;
  const Group& group_;
  Function& to_;
  std::map<Value, Value> now_;
};

/// Whether the result is computed from that input.
bool reads(const Function& f, Value result, Value input) {
  std::vector<bool> needed(f.nodes.size());
  needed[static_cast<std::size_t>(result.id)] = true;
  for (int i = result.id; i > input.id; --i)
    if (needed[static_cast<std::size_t>(i)])
      for (Value o : f.nodes[static_cast<std::size_t>(i)].operands)
        needed[static_cast<std::size_t>(o.id)] = true;
  return needed[static_cast<std::size_t>(input.id)];
}

/// The order in which a flat kernel lists its results: each comes before the results whose former values it
/// reads. Halide stores the elements of a Tuple one after the other if it does not see that one is computed
/// from another's former value, and it does not look inside a call such as sqrt.
std::vector<std::size_t> storing_order(const KernelDescription& d) {
  const auto& results = d.function.results;
  std::vector<std::size_t> left(results.size()), order;
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
  const auto is_free = [&](std::size_t k) {
    return d.in_place[k] < 0 || std::ranges::none_of(left, [&](std::size_t i) {
             return i != k && reads(d.function, results[i].value, {d.in_place[k]});
           });
  };
  while (!left.empty()) {
    auto next = std::ranges::find_if(left, is_free);
    if (next == left.end()) next = left.begin();  // they read each other's former values
    order.push_back(*next);
    left.erase(next);
  }
  return order;
}

template <class T>
std::vector<T> in_order(const std::vector<T>& items, const std::vector<std::size_t>& order) {
  std::vector<T> ordered;
  for (const std::size_t i : order) ordered.push_back(items[i]);
  return ordered;
}

}  // namespace

std::string KernelDescription::identity() const {
  std::string text = to_string(function) + "anchor " + std::to_string(anchor.id) + " bias_gradient " +
                     std::to_string(bias_gradient.id) + (flat ? " flat" : "") + " in_place";
  for (int i : in_place) text += " " + std::to_string(i);
  if (implementation) text += " by " + implementation->name;
  if (tiling != Tiling{})
    text += " tiling " + std::to_string(tiling.outputs) + " " + std::to_string(tiling.images) + " " +
            std::to_string(tiling.groups);
  if (precision == Precision::bf16) text += " in bf16";
  for (Value v : in_bf16) text += " bf16 " + std::to_string(v.id);
  for (Value v : channels_innermost) text += " channels innermost " + std::to_string(v.id);
  text += " for " + target;
  if (!override_schedule) return text;
  text += "\nscheduled";  // even without directives it replaces the default schedule
  for (const auto& stage : override_schedule->stages) {
    text += "\n" + stage.stage + ":";
    for (const auto& d : stage.directives) text += " " + d.value + ";";
  }
  return text;
}

Shape KernelDescription::written() const {
  const Node& n = function.node(anchor);
  return implementation->written ? implementation->written(Product{function, n}.geometry(), tiling)
                                 : n.type.shape;
}

CutKernel cut_kernel(const Function& function, const Group& group, const Plan& plan) {
  CutKernel cut;
  auto& d = cut.description;
  d.name = group.name;
  d.flat = group.flat;
  d.implementation = group.implementation;
  d.tiling = group.tiling;
  d.precision = group.precision;
  d.function.name = "kernel";
  Cutter cutter(function, group, d.function);
  for (std::size_t i = 0; i < group.inputs.size(); ++i) {  // inputs are the first nodes
    const Value input{static_cast<int>(i)};
    if (plan.in_bf16.contains(group.inputs[i])) d.in_bf16.insert(input);
    if (plan.channels_innermost.contains(group.inputs[i])) d.channels_innermost.insert(input);
  }
  for (std::size_t i = 0; i < group.outputs.size(); ++i) {
    const Value v = group.outputs[i], result = cutter.copy(v);
    d.function.results.push_back({"r" + std::to_string(i), result});
    if (plan.in_bf16.contains(v)) d.in_bf16.insert(result);
    if (v == group.bias_gradient) d.bias_gradient = result;
    const auto same = std::ranges::find_if(group.inputs, [&](Value in) {
      const Buffer &a = plan.buffers.at(in), &b = plan.buffers.at(v);
      return a.space == Space::variables && b.space == a.space && a.offset == b.offset;
    });
    d.in_place.push_back(same == group.inputs.end() ? -1 : static_cast<int>(same - group.inputs.begin()));
  }
  if (group.anchor.id >= 0) d.anchor = cutter.copy(group.anchor);
  for (std::size_t i = 0; i < group.inputs.size(); ++i)
    if (std::ranges::find(d.in_place, static_cast<int>(i)) == d.in_place.end())
      cut.inputs.push_back(group.inputs[i]);
  cut.outputs = group.outputs;
  if (d.flat) {
    const auto order = storing_order(d);
    d.function.results = in_order(d.function.results, order);
    d.in_place = in_order(d.in_place, order);
    cut.outputs = in_order(cut.outputs, order);
  }
  return cut;
}

}  // namespace sganc
