#include "compiler/reference/interpreter.h"

#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "compiler/primitives/table.h"
#include "runtime/execute/random.h"

namespace sganc {
namespace {

bool fits(const Type& type, const Type& declared) {
  if (type.dtype != declared.dtype || type.shape.size() != declared.shape.size()) return false;
  for (std::size_t i = 0; i < type.shape.size(); ++i)
    if (declared.shape[i] != kUnknownExtent && type.shape[i] != declared.shape[i]) return false;
  return true;
}

/// The tensor that is bound to a variable or an input.
const Tensor& bound(const Node& node, const Tensors& tensors) {
  const auto leaf = std::string(info(node.op).name) + " " + node.attributes.name;
  const auto found = tensors.find(node.attributes.name);
  if (found == tensors.end()) throw std::logic_error("evaluate: nothing is bound to the " + leaf);
  const Tensor& tensor = found->second;
  if (!fits(tensor.type, node.type) || std::ssize(tensor.data) != tensor.type.elements())
    throw std::logic_error("evaluate: the " + leaf + " is " + to_string(node.type) + ", but " +
                           to_string(tensor.type) + " with " + std::to_string(tensor.data.size()) +
                           " elements is bound to it");
  return tensor;
}

/// Computes the node's value. Its shape follows from the operands, whose extents are all known.
Tensor evaluated(const Node& node, Operands in) {
  const Primitive& row = primitive(node.op);
  std::vector<Type> types;
  for (const Tensor* operand : in) types.push_back(operand->type);
  Tensor result = filled(infer_type(node.op, types, node.attributes, node.type));
  if (!row.element) {
    row.reference(node, in, result);
    return result;
  }
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    std::array<double, 3> x{};
    for (std::size_t k = 0; k < in.size(); ++k) x[k] = in[k]->data[i];
    result.data[i] = row.element(x.data());
  }
  return result;
}

/// Rounds to 8 significant bits, ties to even.
Tensor rounded_to_bf16(Tensor tensor) {
  for (double& x : tensor.data) {
    int exponent = 0;
    const double fraction = std::frexp(x, &exponent);
    x = std::ldexp(std::nearbyint(std::ldexp(fraction, 8)), exponent - 8);
  }
  return tensor;
}

}  // namespace

std::vector<Tensor> evaluate_nodes(const Function& function, const Tensors& inputs, const Tensors& variables,
                                   const InBf16& in_bf16, const SumOverRanks& sum) {
  std::vector<Tensor> values;
  for (const auto& node : function.nodes) {
    std::vector<const Tensor*> operands;
    for (Value v : node.operands) operands.push_back(&values.at(static_cast<std::size_t>(v.id)));
    std::vector<Tensor> factors;
    if (in_bf16 && info(node.op).kind == OpClass::product &&
        in_bf16(function, {static_cast<int>(values.size())}))
      for (const Tensor* factor : operands) factors.push_back(rounded_to_bf16(*factor));
    for (std::size_t i = 0; i < factors.size(); ++i) operands[i] = &factors[i];
    if (node.op == Op::input)
      values.push_back(bound(node, inputs));
    else if (node.op == Op::variable)
      values.push_back(bound(node, variables));
    else
      values.push_back(evaluated(node, operands));
    if (sum && node.op == Op::all_reduce) sum(values.back());
  }
  return values;
}

Tensors evaluate(const Module& module, const Function& function, const Tensors& inputs, Tensors& variables,
                 const InBf16& in_bf16, const SumOverRanks& sum) {
  const auto values = evaluate_nodes(function, inputs, variables, in_bf16, sum);
  Tensors outputs;
  for (const auto& result : function.results) {
    Tensors& target = module.variable(result.name) ? variables : outputs;
    target[result.name] = values.at(static_cast<std::size_t>(result.value.id));
  }
  return outputs;
}

Tensors initial_variables(const Module& module, std::uint64_t seed) {
  Tensors variables;
  for (const auto& variable : module.variables) {
    const auto [kind, scale] = variable.initializer;
    const auto stream = stream_of(variable.name.c_str());
    const auto uniform = [&](std::size_t i) -> double {
      return random_uniform({seed, 0}, stream, static_cast<std::uint32_t>(i));
    };
    const auto normal = [&](std::size_t i) {
      return std::sqrt(-2 * std::log(1 - uniform(2 * i))) *
             std::cos(2 * std::numbers::pi * uniform(2 * i + 1));
    };
    Tensor tensor = filled(variable.type);
    for (std::size_t i = 0; i < tensor.data.size(); ++i) {
      double number = 0;
      if (kind == Initializer::Kind::constant) number = scale;
      if (kind == Initializer::Kind::uniform) number = (2 * uniform(i) - 1) * scale;
      if (kind == Initializer::Kind::normal) number = normal(i) * scale;
      tensor.data[i] = static_cast<float>(number);
    }
    variables[variable.name] = std::move(tensor);
  }
  return variables;
}

}  // namespace sganc
