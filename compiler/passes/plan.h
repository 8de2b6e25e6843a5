#pragma once
// The plan. It says for each function which values are stored, which group of nodes computes each of them, in
// which order, and where in the arena they lie. It is made once, and lowering, --explain, --emit, bench and
// tune read it.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/implementations/implementation.h"
#include "runtime/program.h"

namespace sganc {

/// `leaky_relu 0.2`, or "" for no activation.
std::string to_string(const Activation& activation);

/// The nodes that one step computes; of a message, a step or a few. A node whose value is not stored belongs
/// to every group that needs it, and each of them computes it again.
struct Group {
  /// The implementation of a product and its epilogue. The epilogue of a Halide kernel may be any pointwise
  /// operations, that of a oneDNN step is the bias and the activation. nullptr for a fused group of pointwise
  /// operations, reductions and changes of shape, which is always a Halide kernel.
  const Implementation* implementation = nullptr;
  std::string name;   // for people and schedules: trunk.conv_1.backward_weights
  std::string layer;  // the layer that its step counts for: trunk.conv_1, optimizer, average
  Purpose purpose = Purpose::other;
  std::string why;  // why a product has this implementation, or why the values of a fused group are stored
  std::vector<Value> outputs;  // stored values, in the order of their nodes
  std::vector<Value> inputs;   // stored values and leaves that it reads, each once

  /// Its outputs are the sums over all ranks of its inputs, in the same order, which may name one twice.
  bool is_message = false;
  std::vector<Value> after;  // the sums of the message before it, since all ranks send in one order
  /// The place in Plan::groups of the first group that reads its sums, or their count if none does. The
  /// message travels until then.
  std::size_t awaited_at = 0;

  /// For a fused group: outputs and inputs have the same order of elements, so that one loop computes all.
  bool flat = false;

  // of a product
  Value anchor;  // the product's node
  Value bias;    // {channels} added before the activation; -1: none
  Activation activation;
  Precision precision = Precision::f32;
  Tiling tiling;  // if the implementation has one
  /// The sum over all axes but the channels, computed together with the gradient of weights.
  Value bias_gradient;
  bool bias_of_x = false;  // that sum is over x instead of y
};

/// A value that is copied to a variable after all steps, since it could not be computed in the variable's
/// memory.
struct PlannedCopy {
  Value value;
  std::string variable;
  std::string why;
};

struct Plan {
  std::map<Value, Group> products;  // by anchor, chosen before groups are formed
  std::vector<Group> messages;      // likewise
  std::vector<Group> groups;        // in order of execution
  std::set<Value> in_bf16;          // stored values whose numbers are bf16 in memory; all others are f32
  /// Variables, weights of convolutions, whose memory has the result's channels innermost: {height, width,
  /// other channels, the result's channels}. Their kernels read them as they are. Only exports have such.
  std::set<Value> channels_innermost;
  std::map<Value, Buffer> buffers;  // of every stored value and leaf, with its own shape
  std::vector<PlannedCopy> copies;  // after all groups
  std::int64_t arena_bytes = 0;
};

/// The memory of the module's variables: the weights in their order, then each series of states in the same
/// order. So one loop can run over the neighbours in every series.
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

/// The text of the function and of its plan so far: groups in order of execution, or products if there are no
/// groups yet, and the memory.
std::string to_string(const PlannedFunction& planned);

struct PlannedModule {
  Module module;  // as it was before the passes
  Schedule schedule;
  TargetMachine machine;
  VariableLayout layout;
  std::vector<PlannedFunction> functions;  // in the module's order

  /// The optimizer step of an update, or nullptr.
  const PlannedFunction* optimizer_of(const PlannedFunction& update) const;
};

/// The value whose memory `v` shares: a view shares that of its operand.
Value stored_as(const Function& function, Value v);

/// The nodes that a group computes, in their order: all that its outputs need and that it does not read.
std::set<Value> computed_by(const Function& function, const Group& group);

/// The type of a stored value's numbers in memory, and its size in bytes there.
DType stored_dtype(const PlannedFunction& planned, Value v);
std::int64_t stored_bytes(const PlannedFunction& planned, Value v);

/// The layer that a step with that origin counts for. In the functions of optimizers and averages it is
/// "optimizer" or "average".
std::string layer_of(const Function& function, const Origin& origin);

/// Whether the schedule wants `reader` to read `v` from memory, and not to be in one kernel with it.
bool separates(const Function& function, const Fusion& fusion, Value v, Value reader);

/// Whether the group is a Halide kernel. If not, oneDNN computes it, or it is a message.
inline bool is_kernel(const Group& group) {
  return !group.is_message && (!group.implementation || group.implementation->is_kernel());
}

/// For each output of a message that is summed in the memory of its operand: that operand. It must not be
/// read by anything else.
std::map<Value, Value> summed_in_place(const PlannedFunction& planned);

/// Whether the value is in memory already: a variable or an input.
inline bool is_memory(const Node& node) {
  return node.op == Op::variable || node.op == Op::input;
}

}  // namespace sganc
