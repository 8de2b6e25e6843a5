#pragma once
// The graph: a Module of Functions over shared variables. Plain data; the order of nodes is an order of
// evaluation.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/op.h"
#include "compiler/language/source.h"

namespace sganc {

/// A value of a function: the index of the node that makes it.
struct Value {
  int id = -1;
  auto operator<=>(const Value&) const = default;
};

/// What of the declared model a node comes from: "trunk.conv_1", "cross_entropy"; with its place in the file.
struct Origin {
  std::string part;
  Location where;
  bool gradient = false;  // made by differentiation of that part
};

struct Node {
  Op op;
  std::vector<Value> operands;
  Attributes attributes;
  Type type;
  Origin origin;
};

/// What a function leaves behind. Where `name` is a variable of the module, the variable takes the value when
/// the function ends; all others are outputs that the caller reads.
struct Result {
  std::string name;
  Value value;
};

struct Function {
  std::string name;
  std::vector<Node> nodes;
  std::vector<Result> results;
  FunctionRole role = FunctionRole::other;
  std::string update;  // of the roles update, apply and begin: the declared update's name

  const Node& node(Value v) const { return nodes[static_cast<std::size_t>(v.id)]; }
  Node& node(Value v) { return nodes[static_cast<std::size_t>(v.id)]; }
  const Result* result(const std::string& name) const;
};

struct Variable {
  std::string name;
  Type type;
  Role role = Role::weight;
  std::string net;  // of a weight, statistic or average: the net that it belongs to
  Initializer initializer;
  Origin origin;
  std::string of;      // of an average, gradient or state: the weight's name; "" of a state of no weight
  std::string series;  // of a state: what its optimizer keeps, one for each weight: "supervised.m"
};

struct Module {
  std::string name;
  std::vector<Variable> variables;
  std::vector<Function> functions;

  const Variable* variable(const std::string& name) const;
  const Function* function(const std::string& name) const;
  const Function* function(FunctionRole role, const std::string& update = "") const;
};

/// The words of the graph's text for roles.
std::string_view to_string(FunctionRole role);
std::string_view to_string(Role role);
std::optional<FunctionRole> function_role(std::string_view word);
std::optional<Role> variable_role(std::string_view word);

/// How often each value is read by nodes of the function (results not counted).
std::vector<int> count_uses(const Function& function);

/// The module as text; parse_module reads it back to an equal module (places in model files aside).
///     module mnist-stacked
///     variable trunk.conv_1.weight : f32[128, 1, 3, 3] {weight of trunk, uniform 0.0714}
///     variable supervised.step : i32[] {state supervised.step, zeros}
///     function c {update of c}
///       %0 = input {name = "x.index"} : i32[50]
///       %3 = conv(%1, %2) {strides = [2, 2], pads = [0, 0, 1, 1]} : f32[50, 14, 14, 128]  # trunk.conv_1
///       result loss = %7
std::string to_string(const Module& module);
std::string to_string(const Function& function);

/// Throws UserError with line and column where the text is not a module.
Module parse_module(const std::string& text, const std::string& path);

/// What is wrong with a module, one sentence each; empty where nothing is. Checks that operands come before
/// their use, types are as inferred, variables exist with their types, results that assign a variable have
/// its type, and names are unique.
std::vector<std::string> verify(const Module& module);
/// The same for one function of it, as it may be after a pass.
std::vector<std::string> verify(const Module& module, const Function& function);

}  // namespace sganc
