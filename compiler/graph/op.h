#pragma once
// The names of the primitives. All layers, losses and optimizers are composed of them. Everything else about
// a primitive is in its row in primitives/, except its lowering (codegen/).

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/type.h"

namespace sganc {

enum class Op : std::uint8_t {
  // leaves; input, iota and random may be the part of a whole {shape} that begins at {low}
  variable,  // {name}                 the value of a module's variable at the start of the function
  input,     // {name, low, shape}     what the caller binds
  constant,  // {value}                every element is `value`
  iota,      // {axes = {a}, low}      the index along axis a, in the whole
  random,    // (key) {stream, low, shape}  uniform in [0, 1), one number an element, by counter
             //                        (execute/random.h), which counts the elements of the whole
  // pointwise, all operands of one shape
  negate,
  exp,
  log,
  sqrt,
  tanh,
  cos,
  stop_gradient,  // its operand, through which no gradient flows
  convert,        // {dtype}                to another element type
  add,
  subtract,
  multiply,
  divide,
  maximum,
  minimum,
  greater,
  equal,   // 1 or 0 in f32
  select,  // (condition, a, b)      a where the condition is not 0, else b
  // structure
  broadcast,  // {shape, axes}          operand axis i is result axis axes[i]; along the others it is repeated
  reduce_sum,  // {axes}                 the axes that are removed
  reduce_max,  // {axes}
  view,        // {shape}                the same elements in row-major order under another shape
  transpose,   // {axes}                 result axis i is operand axis axes[i]
  pad,         // {low, high}            zeros before and behind along each axis
  slice,       // {low, shape}           `shape` elements from index `low` along each axis
  /// (table, index) {axes}  The rows table[index[i]]. `axes` lists the leading axes that the table and the
  /// index share: with axes = {0} the rows are table[i, index[i, j]].
  gather,
  scatter_add,  // (rows, index) {axes, shape}  the adjoint: each row added to its place in a table of zeros
  // products
  matmul,                 // (a, b) {transpose_a, transpose_b}   two matrices
  conv,                   // (x NHWC, w OIHW) {strides, pads, dilations, groups}  -> y NHWC
  conv_backward_data,     // (y NHWC, w OIHW) {the same, and shape}   -> x NHWC; a transposed convolution
  conv_backward_weights,  // (x NHWC, y NHWC) {the same, and shape}   -> w OIHW
  // messages
  all_reduce,  // the sum of its operand over all ranks, the processes that train together; of one, itself
};

/// The attributes of a node. The comments of `Op` say which of them each op reads; all others keep their
/// defaults.
struct Attributes {
  std::string name;
  double value = 0;
  std::int64_t stream = 0;
  Shape shape;
  std::vector<int> axes;
  Shape low, high;
  bool transpose_a = false, transpose_b = false;
  std::vector<std::int64_t> strides;             // {height, width}
  std::vector<std::int64_t> pads;                // {top, left, bottom, right}
  std::vector<std::int64_t> dilations = {1, 1};  // {height, width}: pixels from one tap to the next
  std::int64_t groups = 1;                       // equal parts of the channels, each with its own convolution
  DType dtype = DType::f32;
  bool operator==(const Attributes&) const = default;
};

enum class OpClass : std::uint8_t { leaf, pointwise, structure, product, message };

struct OpInfo {
  Op op;
  std::string_view name;
  OpClass kind;
  int operands;
};

const OpInfo& info(Op op);
/// The op called `name`, or nullptr.
const OpInfo* find_op(std::string_view name);
std::vector<std::string> op_names();

inline bool is_pointwise(Op op) {
  return info(op).kind == OpClass::pointwise;
}

/// Thrown for shapes or element types that do not fit. The message names them.
struct ShapeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The type of the result. For leaves it is `declared`; for all other ops it follows from the operands and
/// attributes. Throws ShapeError.
Type infer_type(Op op, std::span<const Type> operands, const Attributes& attributes, const Type& declared);

/// The attributes of a convolution with padding `same` as in TensorFlow: y = ceil(x / stride), and an odd
/// pixel of padding goes to the bottom and right. x is NHWC, all others are {height, width}.
Attributes same_convolution(const Shape& x, const std::vector<std::int64_t>& kernel,
                            const std::vector<std::int64_t>& strides,
                            const std::vector<std::int64_t>& dilations = {1, 1});

/// The number of pixels from the first tap of a kernel's row or column to the last, both included.
constexpr std::int64_t span_of(std::int64_t taps, std::int64_t dilation) {
  return (taps - 1) * dilation + 1;
}

}  // namespace sganc
