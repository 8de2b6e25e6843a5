#include "compiler/passes/pass.h"

namespace sganc {
namespace {

/// The weights' shape {out, in, height, width} of a convolution or of one of its adjoints.
const Shape& weights_of(const Function& f, const Node& n) {
  return n.op == Op::conv_backward_weights ? n.type.shape : f.node(n.operands[1]).type.shape;
}

Group::Kind implementation(const Function& f, const Node& n, const Schedule& s) {
  if (n.op == Op::matmul) return Group::Kind::matrix_product;
  if (n.attributes.groups > 1 || n.attributes.dilations != Attributes{}.dilations)
    return Group::Kind::convolution;
  const Shape& w = weights_of(f, n);
  const bool few = (w[1] <= s.few_channels && s.few_input_channels == "halide") ||
                   (w[0] <= s.few_channels && s.few_output_channels == "halide");
  return few ? Group::Kind::few_channels : Group::Kind::convolution;
}

/// trunk.conv_1.forward, trunk.conv_1.backward_data, trunk.conv_1.backward_weights
std::string name_of(const Function& f, const Node& n) {
  if (!n.origin.gradient) return n.origin.part + ".forward";
  const bool weights = n.op == Op::conv_backward_weights ||
                       (n.op == Op::matmul && n.attributes.transpose_a) ||
                       f.node(n.operands[0]).op == Op::variable;
  return n.origin.part + (weights ? ".backward_weights" : ".backward_data");
}

}  // namespace

void choose_implementations(Compilation& c) {
  const Function& f = c.function;
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    if (info(f.nodes[i].op).kind != OpClass::product) continue;
    const Value v{static_cast<int>(i)};
    Group group{.kind = implementation(f, f.nodes[i], *c.schedule), .name = name_of(f, f.nodes[i])};
    group.anchor = v;
    group.outputs = {v};
    c.plan.products[v] = std::move(group);
  }
}

}  // namespace sganc
