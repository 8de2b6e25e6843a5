#pragma once
// The graph: a Module of Functions over shared variables. It is plain data. Nodes can be evaluated in their
// order.

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

/// The part of the declared model that a node comes from, "trunk.conv_1" or "cross_entropy", and its place in
/// the file.
struct Origin {
  std::string part;
  Location where;
  bool gradient = false;  // the node was made by differentiating that part
};

struct Node {
  Op op;
  std::vector<Value> operands;
  Attributes attributes;
  Type type;
  Origin origin;
};

/// A result of a function. If `name` is a variable of the module, the variable gets the value when the
/// function ends. Otherwise the result is an output that the caller reads.
struct Result {
  std::string name;
  Value value;
};

struct Function {
  std::string name;
  std::vector<Node> nodes;
  std::vector<Result> results;
  FunctionRole role = FunctionRole::other;
  std::string update;  // the declared update's name, for the roles update, apply and begin; the spread's,
                       // "spread.NAME", for features and similarity

  const Node& node(Value v) const { return nodes[static_cast<std::size_t>(v.id)]; }
  Node& node(Value v) { return nodes[static_cast<std::size_t>(v.id)]; }
  const Result* result(const std::string& name) const;
};

struct Variable {
  std::string name;
  Type type;
  Role role = Role::weight;
  std::string net;  // the net of a weight, statistic or average
  Initializer initializer;
  Origin origin;
  std::string of;      // the weight of an average, gradient or state; "" for a state without a weight
  std::string series;  // the series of a state, which has one state for each weight: "supervised.m"
};

struct Module {
  std::string name;
  int rank = 0, ranks = 1;  // it is what this rank computes, of so many that train together
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

/// How often nodes of the function read each value. Results do not count.
std::vector<int> count_uses(const Function& function);

/// The module as text. parse_module reads it back to an equal module, without places in model files.
///     module mnist-stacked
/// or  module mnist-stacked {rank 0 of 4}
///     variable trunk.conv_1.weight : f32[128, 1, 3, 3] {weight of trunk, uniform 0.0714}
///     variable supervised.step : i32[] {state supervised.step, zeros}
///     function c {update of c}
///       %0 = input {name = "x.index"} : i32[50]
///       %3 = conv(%1, %2) {strides = [2, 2], pads = [0, 0, 1, 1]} : f32[50, 14, 14, 128]  # trunk.conv_1
///       result loss = %7
std::string to_string(const Module& module);
std::string to_string(const Function& function);

/// Reads the text of a module. Throws UserError, with line and column, if the text is wrong.
Module parse_module(const std::string& text, const std::string& path);

/// The mistakes in a module, one sentence each. Checks that operands come before their use, types are as
/// inferred, variables exist with their types, results that assign a variable have its type, and names are
/// unique.
std::vector<std::string> verify(const Module& module);
/// The same for one function of the module, which may be that of a plan.
std::vector<std::string> verify(const Module& module, const Function& function);

}  // namespace sganc
