#include <cstdio>

#include "compiler/passes/pass.h"

namespace sganc {
namespace {

std::string text_of(Value v) {
  return "%" + std::to_string(v.id);
}

std::string text_of(const std::vector<Value>& values) {
  std::string text;
  for (Value v : values) text += (text.empty() ? "" : ", ") + text_of(v);
  return text;
}

/// group trunk.conv_1.forward = few_channels(%1, %4) anchor %5 bias %4 leaky_relu 0.2 -> %7
std::string text_of(const Group& g) {
  const char* by = g.is_message ? "message" : "fused";
  std::string text = g.name + " = " + (g.implementation ? g.implementation->name : by) +
                     (g.flat ? " flat" : "") + "(" + text_of(g.inputs) + ")";
  if (g.anchor.id >= 0) text += " anchor " + text_of(g.anchor);
  if (g.bias.id >= 0) text += " bias " + text_of(g.bias);
  if (g.activation.kind != Activation::Kind::none) text += " " + to_string(g.activation);
  if (g.tiling.outputs > 0)
    text +=
        " tiles of " + std::to_string(g.tiling.outputs) + ", blocks of " + std::to_string(g.tiling.images);
  if (g.tiling.groups > 1) text += ", " + std::to_string(g.tiling.groups) + " groups";
  if (g.precision == Precision::bf16) text += " in bf16";
  if (g.bias_gradient.id >= 0)
    text += std::string(" bias gradient ") + (g.bias_of_x ? "of x " : "") + text_of(g.bias_gradient);
  return text + " -> " + text_of(g.outputs);
}

/// How long a message travels while other groups are computed.
std::string travel_of(const Plan& plan, std::size_t i) {
  const std::size_t end = plan.groups[i].awaited_at;
  if (end <= i + 1) return "";
  return " until " + (end < plan.groups.size() ? plan.groups[end].name : "the end");
}

/// A buffer's place, type and shape: arena+1024 : f32[50, 28, 28, 1]
std::string place(const Buffer& b) {
  const char* space = b.space == Space::arena ? "arena" : b.space == Space::variables ? "variables" : "input";
  return space + std::string(b.space == Space::input ? " " : "+") + std::to_string(b.offset) + " : " +
         to_string(Type{b.dtype, b.extents});
}

}  // namespace

std::string to_string(const Activation& a) {
  char slope[32];
  std::snprintf(slope, sizeof slope, "%g", static_cast<double>(a.slope));
  switch (a.kind) {
    case Activation::Kind::none:
      return "";
    case Activation::Kind::leaky_relu:
      return std::string("leaky_relu ") + slope;
    case Activation::Kind::tanh:
      return "tanh";
    default:
      return "sigmoid";
  }
}

std::string to_string(const PlannedFunction& c) {
  std::string text = to_string(c.function);
  const auto& plan = c.plan;
  if (plan.groups.empty())
    for (const auto& [anchor, product] : plan.products) text += "  product " + text_of(product) + "\n";
  if (plan.groups.empty())
    for (const auto& message : plan.messages) text += "  message " + text_of(message) + "\n";
  for (std::size_t i = 0; i < plan.groups.size(); ++i)
    text += "  group " + text_of(plan.groups[i]) + travel_of(plan, i) + "\n";
  for (const auto& [value, buffer] : plan.buffers)
    text += "  place " + text_of(value) + " " + place(buffer) + "\n";
  for (const auto& copy : plan.copies)
    text += "  copy " + text_of(copy.value) + " -> " + copy.variable + "\n";
  if (!plan.buffers.empty()) text += "  arena " + std::to_string(plan.arena_bytes) + " bytes\n";
  return text;
}

}  // namespace sganc
