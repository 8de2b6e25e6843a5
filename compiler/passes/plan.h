#pragma once
// The plan of a function: which values are stored, which group of nodes computes each, in which order, and
// where in the arena it lies.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/schedule/schedule.h"
#include "runtime/program.h"

namespace sganc {

/// How a convolution by Winograd's minimal filtering is cut: tiles of so many outputs along each axis, blocks
/// of so many images.
struct Tiling {
  int outputs = 0, images = 0;
  bool operator==(const Tiling&) const = default;
};

/// `leaky_relu 0.2`; of none "".
std::string to_string(const Activation& activation);

/// What one step computes. Nodes between stored values belong to every group that reads them: they are
/// recomputed, not stored.
struct Group {
  enum class Kind : std::uint8_t {
    fused,           // pointwise operations, reductions and changes of shape: one Halide kernel
    few_channels,    // a convolution with few channels on one side, and what follows it: one Halide kernel
    winograd,        // a convolution in fewer products, and what follows it: one Halide kernel
    convolution,     // a oneDNN convolution with bias and activation
    matrix_product,  // a oneDNN product with bias and activation
  };
  Kind kind = Kind::fused;
  std::string name;            // stable and meaningful: trunk.conv_1.backward_weights
  std::string why;             // of a product: why this kind; of a fused group: why its values are stored
  std::vector<Value> outputs;  // stored values, in the order of their nodes
  std::vector<Value> inputs;   // stored values and leaves that are read, each once

  bool flat = false;  // fused: outputs and inputs have one element order, so that one loop serves all

  // of a product
  Value anchor;  // the product's node
  Value bias;    // {channels} added before the activation; -1: none
  Activation activation;
  Precision precision = Precision::f32;
  Tiling tiling;           // of winograd
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

/// The value that holds the same memory: views are not stored.
Value stored_as(const Function& function, Value v);

/// Whether a schedule keeps `reader` out of the kernel that computes `v`, whose memory it is to read.
bool separates(const Function& function, const Fusion& fusion, Value v, Value reader);

/// What the kernel of a convolution writes, as it sees it: an image {n, h, w, c} of a winograd kernel as {n /
/// images, images, h / s, s, w / s, s, c}, where s is the stride of a conv_backward_data and 1 of a conv; all
/// else under its own shape.
Shape tiled_extents(const Node& convolution, const Tiling& tiling);

/// Whether a group is a kernel of Halide; else oneDNN computes it.
inline bool is_kernel(Group::Kind kind) {
  return kind != Group::Kind::convolution && kind != Group::Kind::matrix_product;
}

/// Whether the value is memory to begin with: a variable or an input.
inline bool is_memory(const Node& node) {
  return node.op == Op::variable || node.op == Op::input;
}

}  // namespace sganc
