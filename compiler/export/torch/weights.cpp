#include "compiler/export/torch/weights.h"

#include <algorithm>

#include "compiler/export/needed.h"

namespace sganc {
namespace {

bool has_kernel_norm(const DeclaredLayer& layer) {
  return layer.keys.has("norm") && layer.keys.text("norm") != "none";
}

/// The kernel of the layer's own product, which comes after those of its norm.
std::optional<Value> kernel_of(const std::string& layer, const Function& function) {
  std::optional<Value> kernel;
  for (const Node& node : function.nodes)
    if (info(node.op).kind == OpClass::product && node.origin.part == layer) kernel = node.operands[1];
  return kernel;
}

/// Both the gain and the bias of a norm that has one of them, since PyTorch has both or none.
void complete_norm(const std::string& name, const DeclaredLayer& layer, Tensors& weights) {
  if (!layer.keys.has("gain") || !layer.keys.has("epsilon")) return;
  if (layer.keys.flag("gain") == layer.keys.flag("bias")) return;
  const auto known = weights.find(name + (layer.keys.flag("gain") ? ".weight" : ".bias"));
  if (known == weights.end()) return;
  const Type type = known->second.type;
  if (layer.keys.flag("gain"))
    weights[name + ".bias"] = filled(type, 0);
  else
    weights[name + ".weight"] = filled(type, 1);
}

void add_weights(const std::string& name, const DeclaredLayer& layer, const Function& function,
                 const Tensors& variables, Tensors& weights) {
  const auto needed = needed_for_results(function);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const Node& node = function.nodes[i];
    if (!needed[i] || node.op != Op::variable) continue;
    const std::string variable = plain_name(node.attributes.name);
    if (!variable.starts_with(name + ".")) continue;
    if (!has_kernel_norm(layer) || variable == name + ".bias")
      weights[variable] = variables.at(node.attributes.name);
  }
  if (const auto kernel = kernel_of(name, function); kernel && has_kernel_norm(layer))
    weights[name + ".weight"] = value_of(function, *kernel, variables);
}

}  // namespace

Tensors torch_weights(const Model& model, const std::vector<const Function*>& functions,
                      const Tensors& variables) {
  Tensors weights;
  for (const auto& net : model.nets)
    for (const auto& layer : net.layers) {
      const std::string name = net.name + "." + layer.name;
      for (const Function* function : functions) add_weights(name, layer, *function, variables, weights);
      complete_norm(name, layer, weights);
    }
  return weights;
}

}  // namespace sganc
