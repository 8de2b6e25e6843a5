#pragma once
// The plan: for each function which values are stored, which group of nodes computes each, in which order,
// and where in the arena it lies. It is made once; lowering, --explain, --emit, bench and tune read it.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/implementations/implementation.h"
#include "runtime/program.h"

namespace sganc {

/// `leaky_relu 0.2`; of none "".
std::string to_string(const Activation& activation);

/// What one step computes. Nodes between stored values belong to every group that reads them: they are
/// recomputed, not stored.
struct Group {
  /// Of a product, which computes what follows it too: a kernel of Halide all that is pointwise, a step of
  /// oneDNN bias and activation. nullptr: a fused group of pointwise operations, reductions and changes of
  /// shape, which is a kernel of Halide.
  const Implementation* implementation = nullptr;
  std::string name;   // for people and schedules: trunk.conv_1.backward_weights
  std::string layer;  // that its step counts as: trunk.conv_1, optimizer, average
  Purpose purpose = Purpose::other;
  std::string why;             // of a product: why this kind; of a fused group: why its values are stored
  std::vector<Value> outputs;  // stored values, in the order of their nodes
  std::vector<Value> inputs;   // stored values and leaves that are read, each once

  bool flat = false;  // fused: outputs and inputs have one element order, so that one loop serves all

  // of a product
  Value anchor;  // the product's node
  Value bias;    // {channels} added before the activation; -1: none
  Activation activation;
  Precision precision = Precision::f32;
  Tiling tiling;           // where the implementation has one
  Value bias_gradient;     // the sum over all but the channels, computed along with weights' gradient
  bool bias_of_x = false;  // that sum is taken of x and not of y
};

/// A value that goes to a variable when all else is done, since it could not be computed where that lies.
struct PlannedCopy {
  Value value;
  std::string variable;
  std::string why;
};

struct Plan {
  std::map<Value, Group> products;  // by anchor, chosen before groups are formed
  std::vector<Group> groups;        // in order of execution
  std::map<Value, Buffer> buffers;  // of every stored value and leaf, under their own shapes
  std::vector<PlannedCopy> copies;  // after all groups
  std::int64_t arena_bytes = 0;
};

/// Where the module's variables lie: weights in their order, then each series of states in the same order, so
/// that one loop serves neighbours of every series.
struct VariableLayout {
  std::vector<std::string> order;
  std::map<std::string, std::int64_t> offsets;  // bytes
  std::int64_t bytes = 0;
};

VariableLayout lay_out_variables(const Module& module);

/// A function as the passes have left it, and its plan.
struct PlannedFunction {
  Function function;
  Plan plan;
};

/// The function, then what of its plan there is: groups in order of execution, or products where there are no
/// groups yet; memory.
std::string to_string(const PlannedFunction& planned);

struct PlannedModule {
  Module module;  // as it was before the passes
  Schedule schedule;
  TargetMachine machine;
  VariableLayout layout;
  std::vector<PlannedFunction> functions;  // in the module's order

  /// nullptr where there is none.
  const PlannedFunction* function(FunctionRole role, const std::string& update = "") const;
};

/// The value that holds the same memory: views are not stored.
Value stored_as(const Function& function, Value v);

/// What a step of that origin counts as: its layer; "optimizer" and "average" of the functions that are
/// these.
std::string layer_of(const Function& function, const Origin& origin);

/// Whether a schedule keeps `reader` out of the kernel that computes `v`, whose memory it is to read.
bool separates(const Function& function, const Fusion& fusion, Value v, Value reader);

/// Whether a group is a kernel of Halide; else oneDNN computes it.
inline bool is_kernel(const Group& group) {
  return !group.implementation || group.implementation->is_kernel();
}

/// Whether the value is memory to begin with: a variable or an input.
inline bool is_memory(const Node& node) {
  return node.op == Op::variable || node.op == Op::input;
}

}  // namespace sganc
