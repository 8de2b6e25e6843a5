#include "compiler/export/c/products.h"

#include <algorithm>

#include "compiler/passes/rewrite.h"

namespace sganc {
namespace {

constexpr std::int64_t kFewChannels = kMostFewChannels;

/// One pixel is multiplied by one tap.
Attributes one_by_one() {
  Attributes attributes;
  attributes.strides = {1, 1};
  attributes.pads = {0, 0, 0, 0};
  return attributes;
}

/// A rule for this product alone: the implementation that computes it without oneDNN.
ProductRule rule_for(const PlannedFunction& planned, const Group& group) {
  const Product product{planned.function, planned.function.node(group.anchor)};
  const Shape w = product.geometry().w;
  const bool few = product.is_plain() && std::min(w[0], w[1]) <= kFewChannels;
  ProductRule rule;
  rule.match = {planned.function.name + "/" + group.name, {}};
  rule.by = Located<std::string>{few ? "few_channels" : "direct", {}};
  return rule;
}

/// The weight that a direct kernel in f32 reads: a variable of the module, or nothing.
std::optional<Value> weight_of(const PlannedFunction& planned, const Group& group) {
  if (!group.implementation || group.implementation->name != "direct" || group.precision != Precision::f32)
    return {};
  const Function& f = planned.function;
  const Value weight = stored_as(f, f.node(group.anchor).operands[1]);
  if (f.node(weight).op != Op::variable) return {};
  return weight;
}

/// The weights that only direct kernels read, and all of them for convolutions, or all for transposed ones.
std::map<std::string, bool> laid_out_weights(const PlannedModule& planned) {
  enum Reader { transposed, convolution, other };
  std::map<std::string, std::set<Reader>> readers;
  for (const auto& [function, plan] : planned.functions)
    for (const auto& group : plan.groups) {
      const auto weight = weight_of({function, plan}, group);
      const bool is_conv = weight && function.node(group.anchor).op == Op::conv;
      for (const Value input : group.inputs)
        if (const Node& node = function.node(input); node.op == Op::variable)
          readers[node.attributes.name].insert(weight != input ? other : is_conv ? convolution : transposed);
    }
  std::map<std::string, bool> found;
  for (const auto& [name, kinds] : readers)
    if (kinds.size() == 1 && *kinds.begin() != other) found[name] = *kinds.begin() == convolution;
  return found;
}

}  // namespace

Function with_products_as_convolutions(const Function& function) {
  return rewrite(function, [](Builder& b, const Node& node) -> std::optional<Value> {
    if (node.op != Op::matmul) return {};
    const auto turned = [&](Value v, bool turn) { return turn ? b.transpose(v, {1, 0}) : v; };
    const Value x = turned(node.operands[0], node.attributes.transpose_a);
    const Value w = turned(node.operands[1], !node.attributes.transpose_b);
    const Shape rows = b.shape(x), outputs = b.shape(w);
    const Value y =
        b.conv(b.view(x, {rows[0], 1, 1, rows[1]}), b.view(w, {outputs[0], outputs[1], 1, 1}), one_by_one());
    return b.view(y, node.type.shape);
  });
}

KernelPlan plan_with_kernels(Module module, Schedule schedule, const TargetMachine& machine) {
  for (auto& function : module.functions) function = with_products_as_convolutions(function);
  const PlannedModule first = plan(module, schedule, machine);
  for (const auto& planned : first.functions)
    for (const auto& group : planned.plan.groups)
      if (!is_kernel(group)) schedule.products.push_back(rule_for(planned, group));
  KernelPlan made{plan(module, schedule, machine), {}};
  made.channels_innermost = laid_out_weights(made.planned);
  for (auto& function : made.planned.functions)
    for (const auto& group : function.plan.groups)
      if (const auto weight = weight_of(function, group);
          weight && made.channels_innermost.contains(function.function.node(*weight).attributes.name))
        function.plan.channels_innermost.insert(*weight);
  return made;
}

}  // namespace sganc
