#include "compiler/passes/pass.h"

namespace sganc {
namespace {

/// The weights' shape {out, in, height, width} of a convolution or of one of its adjoints.
const Shape& weights_of(const Function& f, const Node& n) {
  return n.op == Op::conv_backward_weights ? n.type.shape : f.node(n.operands[1]).type.shape;
}

struct Choice {
  Group::Kind kind;
  std::string why;
};

/// 7x7, 1 output channel
std::string sides_of(const Shape& w, bool input) {
  const std::int64_t channels = input ? w[1] : w[0];
  return std::to_string(w[2]) + "x" + std::to_string(w[3]) + ", " + std::to_string(channels) +
         (input ? " input" : " output") + (channels == 1 ? " channel" : " channels");
}

Choice implementation(const Function& f, const Node& n, const Schedule& s) {
  if (n.op == Op::matmul) return {Group::Kind::matrix_product, "a matrix product"};
  if (n.attributes.groups > 1)
    return {Group::Kind::convolution, "groups = " + std::to_string(n.attributes.groups)};
  if (n.attributes.dilations != Attributes{}.dilations)
    return {Group::Kind::convolution, "dilation = " + to_string(Shape(n.attributes.dilations))};
  const Shape& w = weights_of(f, n);
  const bool few_in = w[1] <= s.few_channels, few_out = w[0] <= s.few_channels;
  const std::string most = std::to_string(s.few_channels) + (s.few_channels == 1 ? " channel" : " channels");
  if (few_in && s.few_input_channels == "halide")
    return {Group::Kind::few_channels, sides_of(w, true) + ": at most " + most + " on a side"};
  if (few_out && s.few_output_channels == "halide")
    return {Group::Kind::few_channels, sides_of(w, false) + ": at most " + most + " on a side"};
  if (!few_in && !few_out) return {Group::Kind::convolution, "both sides have more than " + most};
  return {Group::Kind::convolution, sides_of(w, few_in) + ": schedule " + s.name + " says few_" +
                                        (few_in ? "input" : "output") + "_channels = onednn"};
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
    auto [kind, why] = implementation(f, f.nodes[i], *c.schedule);
    Group group{.kind = kind, .name = name_of(f, f.nodes[i]), .why = std::move(why)};
    group.anchor = v;
    group.outputs = {v};
    c.plan.products[v] = std::move(group);
  }
}

}  // namespace sganc
