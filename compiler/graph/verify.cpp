// Checks modules: each function of this file adds a sentence for each mistake that it finds.

#include <map>
#include <set>

#include "compiler/graph/attributes.h"
#include "compiler/graph/module.h"

namespace sganc {
namespace {

using Mistakes = std::vector<std::string>;

std::string describe(const Function& function, std::size_t id) {
  return "%" + std::to_string(id) + " (" + std::string(info(function.nodes[id].op).name) + ") of function " +
         function.name;
}

/// Adds a mistake for each operand that is not an earlier value. Returns whether all operands are.
bool check_operands(const Function& function, std::size_t id, Mistakes& mistakes) {
  const auto before = mistakes.size();
  for (Value v : function.nodes[id].operands) {
    const auto subject = describe(function, id) + " reads %" + std::to_string(v.id);
    if (v.id < 0 || v.id >= std::ssize(function.nodes))
      mistakes.push_back(subject + ", which does not exist");
    else if (v.id >= static_cast<int>(id))
      mistakes.push_back(subject + ", which is not defined before it");
  }
  return mistakes.size() == before;
}

/// Whether attributes that the op does not read differ from their defaults, which is a mistake.
bool has_unread_attributes(const Node& node) {
  Attributes rest = node.attributes;
  for (const auto& attribute : attributes_of(node.op))
    std::visit([&](auto member) { rest.*member = Attributes{}.*member; }, attribute.member);
  return rest != Attributes{};
}

void check_type(const Function& function, std::size_t id, Mistakes& mistakes) {
  const Node& node = function.nodes[id];
  if (auto mistake = attribute_mistake(node.op, node.attributes, node.type); !mistake.empty()) {
    mistakes.push_back(describe(function, id) + " is not well-formed: " + mistake);
    return;
  }
  std::vector<Type> types;
  for (Value v : node.operands) types.push_back(function.node(v).type);
  try {
    const Type inferred = infer_type(node.op, types, node.attributes, node.type);
    if (inferred != node.type)
      mistakes.push_back(describe(function, id) + " has type " + to_string(node.type) +
                         ", but its operands make it " + to_string(inferred));
  } catch (const ShapeError& error) {
    mistakes.push_back(describe(function, id) + " is not well-formed: " + error.what());
  }
}

void check_leaf(const Module& module, const Function& function, std::size_t id,
                std::map<std::string, std::size_t>& inputs, Mistakes& mistakes) {
  const Node& node = function.nodes[id];
  const std::string& name = node.attributes.name;
  if (node.op == Op::variable) {
    const Variable* variable = module.variable(name);
    if (!variable)
      mistakes.push_back(describe(function, id) + " reads the variable " + name + ", which does not exist");
    else if (variable->type != node.type)
      mistakes.push_back(describe(function, id) + " has type " + to_string(node.type) +
                         ", but the variable " + name + " has " + to_string(variable->type));
  }
  if (node.op == Op::input) {
    const auto first = inputs.emplace(name, id).first->second;
    if (function.nodes[first].type != node.type)
      mistakes.push_back(describe(function, id) + " has type " + to_string(node.type) + ", but the input " +
                         name + " has " + to_string(function.nodes[first].type) + " at %" +
                         std::to_string(first));
  }
}

void check_results(const Module& module, const Function& function, Mistakes& mistakes) {
  std::set<std::string> names;
  for (const auto& [name, value] : function.results) {
    const auto subject = "the result " + name + " of function " + function.name;
    if (!names.insert(name).second) mistakes.push_back(subject + " is given twice");
    if (value.id < 0 || value.id >= std::ssize(function.nodes)) {
      mistakes.push_back(subject + " is %" + std::to_string(value.id) + ", which does not exist");
      continue;
    }
    const Variable* variable = module.variable(name);
    const Type& type = function.node(value).type;
    if (variable && variable->type != type)
      mistakes.push_back(subject + " is %" + std::to_string(value.id) + " of type " + to_string(type) +
                         ", but the variable has " + to_string(variable->type));
  }
}

void check_variables(const Module& module, Mistakes& mistakes) {
  std::set<std::string> names;
  for (const auto& variable : module.variables) {
    if (!names.insert(variable.name).second)
      mistakes.push_back("the variable " + variable.name + " is declared twice");
    if (auto mistake = extents_mistake(variable.type.shape, false); !mistake.empty())
      mistakes.push_back("the variable " + variable.name + " is not well-formed: " + mistake);
  }
}

void check_function(const Module& module, const Function& function, Mistakes& mistakes) {
  std::map<std::string, std::size_t> inputs;
  for (std::size_t id = 0; id < function.nodes.size(); ++id) {
    if (check_operands(function, id, mistakes)) check_type(function, id, mistakes);
    if (has_unread_attributes(function.nodes[id]))
      mistakes.push_back(describe(function, id) + " has attributes that the operation does not read");
    check_leaf(module, function, id, inputs, mistakes);
  }
  check_results(module, function, mistakes);
}

}  // namespace

std::vector<std::string> verify(const Module& module, const Function& function) {
  Mistakes mistakes;
  check_function(module, function, mistakes);
  return mistakes;
}

std::vector<std::string> verify(const Module& module) {
  Mistakes mistakes;
  check_variables(module, mistakes);
  std::set<std::string> names;
  for (const auto& function : module.functions) {
    if (!names.insert(function.name).second)
      mistakes.push_back("the function " + function.name + " is declared twice");
    check_function(module, function, mistakes);
  }
  return mistakes;
}

}  // namespace sganc
