#pragma once
// All that the compiler may ask of the runtime: variables, functions, steps, and where their buffers lie.
//
// Activations are row-major with channels innermost (NHWC), always. Weights lie in the order in which
// checkpoints hold them: convolution (out, in, height, width), transposed convolution (in, out, height,
// width), dense (out, in). Offsets and sizes are in bytes; every buffer starts on a multiple of kAlignment.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace sganc {

inline constexpr std::int64_t kAlignment = 64;

enum class DType : std::uint8_t { f32, i32, u8 };
constexpr std::int64_t size_of(DType t) {
  return t == DType::u8 ? 1 : 4;
}

/// Where a buffer lies: in the arena (scratch, shared by all functions), among the variables (weights and
/// optimizer states, kept between calls), or in memory that the caller binds to an input of the function.
enum class Space : std::uint8_t { arena, variables, input };

struct Buffer {
  Space space = Space::arena;
  std::int64_t offset = 0;  // bytes; for Space::input the index into FunctionProgram::inputs
  DType dtype = DType::f32;
  std::vector<std::int64_t> extents;  // outermost first, row-major and dense
  bool operator==(const Buffer&) const = default;
};

/// A compiled kernel of the library: `int symbol(halide_buffer_t*...)`, one argument a buffer, in this order.
/// A dimension of halide_buffer_t counts from the innermost: dim[0] is the last extent.
struct KernelCall {
  std::string symbol;
  std::vector<Buffer> arguments;  // inputs first, then outputs
  int outputs = 0;                // the number of trailing arguments that the kernel writes
  std::vector<Buffer> values;     // what lies in these when it has run, without what it writes beside that
};

/// What follows a convolution or product before it is stored: y = f(y + bias).
struct Activation {
  enum class Kind : std::uint8_t { none, leaky_relu, tanh, sigmoid };
  Kind kind = Kind::none;
  float slope = 0;  // of leaky_relu: 0 is relu
  bool operator==(const Activation&) const = default;
};

/// In which numbers a product multiplies; it adds in f32, and all that it reads and writes is f32.
enum class Precision : std::uint8_t { f32, bf16 };

/// A convolution y[n,oy,ox,o] = sum x[n, oy*sy+ky*dy-top, ox*sx+kx*dx-left, i'] w[o,i,ky,kx] or an adjoint of
/// it; i' is the i-th channel of o's group. `x`, `w`, `y` describe the forward convolution's tensors,
/// whichever of them this step computes:
///   forward           y = f(conv(x, w) + bias)   bias has the extent of y's channels
///   backward_data     x = f(conv'(y, w) + bias)  the adjoint; a transposed convolution's forward;
///                                                bias has the extent of x's channels
///   backward_weights  w = conv'(x, y)            the gradient; `bias`, where present, receives the sum
///                                                over n, oy, ox of y, or where `bias_of_x` is set of x
/// w has extents {o, i / groups, kh, kw}; x {n, h, w, i}; y {n, oh, ow, o}.
struct Convolution {
  enum class Kind : std::uint8_t { forward, backward_data, backward_weights };
  Kind kind = Kind::forward;
  Buffer x, w, y;
  std::vector<Buffer> bias;  // none or one
  bool bias_of_x = false;
  std::vector<std::int64_t> strides;             // {height, width}
  std::vector<std::int64_t> pads;                // {top, left, bottom, right}
  std::vector<std::int64_t> dilations = {1, 1};  // {height, width}: pixels from one tap to the next
  std::int64_t groups = 1;  // equal parts of both sides' channels, each a convolution of its own
  Activation activation;
  Precision precision = Precision::f32;
};

/// c = f(op(a) op(b) + bias): c {m, n}; op(a) {m, k}; op(b) {k, n}; a and b stored row-major, transposed
/// where said.
struct MatrixProduct {
  Buffer a, b, c;
  bool transpose_a = false, transpose_b = false;
  std::vector<Buffer> bias;  // none or one {n}
  Activation activation;
  Precision precision = Precision::f32;
};

/// Bytes moved from one buffer to another of the same size.
struct Copy {
  Buffer from, to;
};

/// What a step computes of its layer.
enum class Purpose : std::uint8_t { forward, data_gradient, weights_gradient, other };

/// One step of a function: what it does, and what it is for.
struct Step {
  std::string name;   // for people: trunk.conv_1.backward_weights
  std::string layer;  // of the model, "trunk.conv_1"; or "optimizer", "average"
  Purpose purpose = Purpose::other;
  std::variant<KernelCall, Convolution, MatrixProduct, Copy> work;
  double flops = 0;        // counted directly, as 2 operations a multiply-add
  std::int64_t bytes = 0;  // read and written at least
};

struct NamedBuffer {
  std::string name;
  Buffer buffer;
};

/// What the caller binds: `x.index` i32 {50}; `random.key` i32 {4} (seed low, high; step low, high, whose
/// highest 16 bits count the repetitions of an update within a step, from 0);
/// `data.image` u8 {-1, h, w, c}; `data.label` i32 {-1}. An extent of -1 is known only when bound.
struct Input {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::int64_t> extents;
};

/// In which steps of a training, counted from 1, an update runs, and how often in each.
struct Cadence {
  std::int64_t every = 1;      // in the steps that this divides
  std::int64_t from_step = 1;  // and in none before this
  std::int64_t repeat = 1;     // so often in each of them
  bool includes(std::int64_t step) const { return step >= from_step && step % every == 0; }
  /// How often it has run when that step is done.
  std::int64_t runs_until(std::int64_t step) const {
    return step < from_step ? 0 : (step / every - (from_step - 1) / every) * repeat;
  }
  bool operator==(const Cadence&) const = default;
};

/// An update repeats at most so often in a step: the highest 16 bits of the step in `random.key` count it.
inline constexpr std::int64_t kMostRepetitions = 65535;

/// What a function is for. Who looks for a function asks for its role; its name is for people.
enum class FunctionRole : std::uint8_t {
  other,
  update,    // computes an update's loss and gradients, then moves the weights
  apply,     // an update's optimizer step; the program has it as the last steps of the update
  begin,     // gives weights that an update's layers begin by its first batch their values
  average,   // moves the averages of the weights
  classify,  // measures the classifier on a batch of images with labels
  predict,   // gives what the classifier says of a batch of images
  sample,    // makes images of latent points that it draws
  generate,  // makes images of latent points that it is given
};

struct FunctionProgram {
  std::string name;
  FunctionRole role = FunctionRole::other;
  std::string update;  // of the roles update, apply and begin: the declared update's name
  std::vector<Input> inputs;
  std::vector<NamedBuffer> outputs;  // loss {} , accuracy {} , image {n, h, w, c}: valid until the next call
  std::vector<Step> steps;
};

/// How a variable begins.
struct Initializer {
  enum class Kind : std::uint8_t { zeros, constant, uniform, normal };
  Kind kind = Kind::zeros;
  double scale = 0;  // constant: its value; uniform: [-scale, scale); normal: standard deviation
  bool operator==(const Initializer&) const = default;
};

/// What a variable is, and so who moves it and which files hold it.
enum class Role : std::uint8_t {
  weight,     // moved by optimizers; in every checkpoint
  statistic,  // of a layer ("trunk.batch_norm_1.running_mean"): moved by updates; in every checkpoint
  average,    // of a weight or statistic over the steps of training; in every checkpoint
  state,      // an optimizer's ("supervised.m.trunk.conv_1.weight"); in what a resume needs alone
  gradient,   // of a weight: lives within a step; in no file
};

struct VariableSlot {
  std::string name;
  Role role = Role::weight;
  std::string net;          // of a weight, statistic or average: the net that it belongs to
  std::int64_t offset = 0;  // bytes into the variables
  DType dtype = DType::f32;
  std::vector<std::int64_t> extents;  // {} is a scalar
  Initializer initializer;
};

struct Program {
  std::string name;
  std::vector<VariableSlot> variables;
  std::int64_t variable_bytes = 0;
  std::int64_t arena_bytes = 0;
  std::vector<FunctionProgram> functions;
  std::string kernel_library;  // path of kernels.so; empty where no function calls a kernel

  /// nullptr where there is none.
  const FunctionProgram* function(const std::string& name) const {
    for (const auto& f : functions)
      if (f.name == name) return &f;
    return nullptr;
  }
  const FunctionProgram* function(FunctionRole role, const std::string& update = "") const {
    for (const auto& f : functions)
      if (f.role == role && f.update == update) return &f;
    return nullptr;
  }
};

}  // namespace sganc
