#include <algorithm>

#include "compiler/passes/pass.h"

namespace sganc {
namespace {

bool fits(const ProductRule& rule, const Function& f, const Product& product, const std::string& name) {
  if (!rule.fits(f.name, name)) return false;
  if (!product.is_convolution()) return !rule.has_shape();
  const ConvolutionGeometry g = product.geometry();
  const auto same = [](const auto& wanted, std::int64_t height, std::int64_t width) {
    return !wanted || *wanted == std::array{height, width};
  };
  const auto within = [](const auto& range, std::int64_t channels) {
    return !range || range->includes(channels);
  };
  return same(rule.kernel, g.w[2], g.w[3]) && same(rule.stride, g.strides[0], g.strides[1]) &&
         within(rule.input_channels, g.w[1]) && within(rule.output_channels, g.w[0]);
}

/// trunk.conv_1.forward, trunk.conv_1.backward_data, trunk.conv_1.backward_weights
std::string name_of(const Node& n, Purpose purpose) {
  if (purpose == Purpose::forward) return n.origin.part + ".forward";
  return n.origin.part + (purpose == Purpose::weights_gradient ? ".backward_weights" : ".backward_data");
}

Purpose purpose_of(const Function& f, const Node& n) {
  if (!n.origin.gradient) return Purpose::forward;
  const bool weights = n.op == Op::conv_backward_weights ||
                       (n.op == Op::matmul && n.attributes.transpose_a) ||
                       f.node(n.operands[0]).op == Op::variable;
  return weights ? Purpose::weights_gradient : Purpose::data_gradient;
}

/// What the schedule says of one product. If several [[product]] fit, the last one that sets a key counts.
struct Said {
  const ProductRule* by = nullptr;
  Precision precision = Precision::f32;
};

Said said_of(const Product& product, const std::string& name, const Schedule& s) {
  Said said;
  std::string precision = s.precision.value;
  for (const auto& rule : s.products) {
    if (!fits(rule, product.function, product, name)) continue;
    if (rule.by) said.by = &rule;
    if (rule.precision) precision = rule.precision->value;
  }
  if (precision == "bf16") said.precision = Precision::bf16;
  return said;
}

void take(Group& group, const Implementation& by, ProductPlan planned) {
  group.implementation = &by;
  group.tiling = planned.tiling;
  group.precision = planned.precision;
  group.why = std::move(planned.why);
}

/// Takes the implementation that a [[product]] names.
void take_as_said(Group& group, const ProductRequest& request) {
  const Located<std::string>& by = *request.said->by;
  const Implementation& wanted = *find_implementation(by.value);
  if (const auto tiling = request.said->tiling(); !tiling.empty() && !wanted.tiles)
    throw UserError{{tiling[0].second.where, wanted.name + " has no tiles, blocks and groups", ""}};
  auto planned = wanted.plan(request);
  if (!planned)
    throw UserError{{by.where,
                     wanted.name + " cannot compute \"" + group.name + "\"; it is for " + wanted.takes,
                     "say which products are meant, by \"match\" or by their shape"}};
  planned->why = "a [[product]] of schedule " + request.schedule.name + " says by = " + by.value;
  take(group, wanted, std::move(*planned));
}

/// Takes the implementation of least expected cost among those that the schedule allows and that can compute
/// the product. The last row can compute everything and is always allowed.
void take_best(Group& group, const ProductRequest& request) {
  const auto& allowed = request.schedule.implementations;
  double least = 0;
  for (const auto* by : all_implementations()) {
    const bool last = by == all_implementations().back();
    if (!last && allowed && std::ranges::count(*allowed, by->name) == 0) continue;
    auto planned = by->plan(request);
    if (!planned || (group.implementation && planned->cost >= least)) continue;
    least = planned->cost;
    take(group, *by, std::move(*planned));
  }
}

Group group_of(const Function& f, Value anchor, const Schedule& schedule, const TargetMachine& machine) {
  const Product product{f, f.node(anchor)};
  const Purpose purpose = purpose_of(f, product.node);
  Group group{.name = name_of(product.node, purpose),
              .layer = layer_of(f, product.node.origin),
              .purpose = purpose,
              .outputs = {anchor},
              .anchor = anchor};
  const Said said = said_of(product, group.name, schedule);
  const ProductRequest request{product, schedule, machine, said.precision, said.by};
  said.by ? take_as_said(group, request) : take_best(group, request);
  return group;
}

}  // namespace

bool in_bf16(const Function& function, Value product, const Schedule& schedule,
             const TargetMachine& machine) {
  return group_of(function, product, schedule, machine).precision == Precision::bf16;
}

void choose_implementations(PlannedFunction& planned, const PassContext& context) {
  const Function& f = planned.function;
  for (int i = 0; i < static_cast<int>(f.nodes.size()); ++i)
    if (info(f.node({i}).op).kind == OpClass::product)
      planned.plan.products[{i}] = group_of(f, {i}, context.schedule, context.machine);
}

}  // namespace sganc
