#pragma once
// The program: variables, functions, their steps, and the places of buffers. Of the runtime, the compiler
// knows only this file, the headers of random numbers and of AMX's tiles, and runtime/system.
//
// Activations are always row-major with channels innermost (NHWC). Weights have the axis order of
// checkpoints: convolution (out, in, height, width), transposed convolution (in, out, height, width), dense
// (out, in). Offsets and sizes are in bytes; every buffer starts on a multiple of kAlignment.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace sganc {

inline constexpr std::int64_t kAlignment = 64;

enum class DType : std::uint8_t { f32, i32, u8, bf16 };  // bf16 only in the arena
constexpr std::int64_t size_of(DType t) {
  return t == DType::u8 ? 1 : t == DType::bf16 ? 2 : 4;
}

/// The memory of a buffer: the arena (shared by all functions, kept only while a function runs), the
/// variables (kept between calls), or memory that the caller binds to an input of the function.
enum class Space : std::uint8_t { arena, variables, input };

struct Buffer {
  Space space = Space::arena;
  std::int64_t offset = 0;  // bytes; for Space::input the index into FunctionProgram::inputs
  DType dtype = DType::f32;
  std::vector<std::int64_t> extents;  // outermost first, row-major and dense
  bool operator==(const Buffer&) const = default;
};

/// A compiled kernel of the library: `int symbol(halide_buffer_t*...)`, with one argument for each buffer, in
/// this order. The dimensions of halide_buffer_t start with the innermost: dim[0] is the last extent.
struct KernelCall {
  std::string symbol;
  std::vector<Buffer> arguments;  // inputs first, then outputs
  int outputs = 0;                // the number of trailing arguments that the kernel writes
  /// The values that it computes; an output may be larger and have unused elements at its end.
  std::vector<Buffer> values;
};

/// The function that is applied to a product before it is stored: y = f(y + bias).
struct Activation {
  enum class Kind : std::uint8_t { none, leaky_relu, tanh, sigmoid };
  Kind kind = Kind::none;
  float slope = 0;  // for leaky_relu; 0 means relu
  bool operator==(const Activation&) const = default;
};

/// The numbers that a product multiplies. It adds in f32. What it reads or writes may be stored in bf16.
enum class Precision : std::uint8_t { f32, bf16 };

/// A convolution y[n,oy,ox,o] = sum x[n, oy*sy+ky*dy-top, ox*sx+kx*dx-left, i'] w[o,i,ky,kx] or one of its
/// adjoints, where i' is channel i of o's group. `x`, `w` and `y` are always the tensors of the forward
/// convolution; the kind says which of them this step computes:
///   forward           y = f(conv(x, w) + bias)   bias has the extent of y's channels
///   backward_data     x = f(conv'(y, w) + bias)  the adjoint; a transposed convolution's forward;
///                                                bias has the extent of x's channels
///   backward_weights  w = conv'(x, y)            the gradient; `bias`, if present, receives the sum
///                                                over n, oy, ox of y, or of x if `bias_of_x` is set
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
  std::int64_t groups = 1;  // equal parts of the channels on both sides, each with its own convolution
  Activation activation;
  Precision precision = Precision::f32;
};

/// c = f(op(a) op(b) + bias), where c is {m, n}, op(a) {m, k} and op(b) {k, n}. a and b are row-major; op
/// transposes if the flag says so.
struct MatrixProduct {
  Buffer a, b, c;
  bool transpose_a = false, transpose_b = false;
  std::vector<Buffer> bias;  // none or one {n}
  Activation activation;
  Precision precision = Precision::f32;
};

/// A copy from one buffer to another of the same size.
struct Copy {
  Buffer from, to;
};

/// Replaces the values by their sums over all ranks, in one message: all numbers of the f32 range, in which
/// the values lie one after the other. What lies between them and is read by nobody is summed too. A step may
/// do all of that, or only begin it; then a later step of the same range ends it, and no step between them
/// touches the range.
struct AllReduce {
  enum class Part : std::uint8_t { whole, begin, end };
  Part part = Part::whole;
  Buffer range;
  std::vector<Buffer> values;
};

/// The part of its layer that a step computes.
enum class Purpose : std::uint8_t { forward, data_gradient, weights_gradient, other };

/// One step of a function: its work and its purpose.
struct Step {
  std::string name;   // for people: trunk.conv_1.backward_weights
  std::string layer;  // a layer of the model, "trunk.conv_1", or "optimizer" or "average"
  Purpose purpose = Purpose::other;
  std::variant<KernelCall, Convolution, MatrixProduct, Copy, AllReduce> work;
  double flops = 0;  // counted as if products were computed directly, with 2 operations per multiply-add
  std::int64_t bytes = 0;  // bytes that it must read and write
};

struct NamedBuffer {
  std::string name;
  Buffer buffer;
};

/// An input that the caller binds: `x.index` i32 {50}; `random.key` i32 {4} (seed low, seed high, step low,
/// step high; the highest 16 bits of the step count the repetitions of an update in a training step, from 0);
/// `data.image` u8 {-1, h, w, c}; `data.label` i32 {-1}. An extent of -1 is known only when the input is
/// bound.
struct Input {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::int64_t> extents;
  /// The rows of the whole batch, if ranks share it. Rank r of N then binds its share of them,
  /// share_of(rows, r, N) in runtime/system/share.h, which has extents[0] rows. Else 0.
  std::int64_t rows = 0;
};

/// The training steps, counted from 1, in which an update runs, and how often it runs in each.
struct Cadence {
  std::int64_t every = 1;         // it runs in the steps that this number divides,
  std::int64_t from_step = 1;     // but in no step before this,
  std::int64_t repeat = 1;        // and this often in each of them
  std::int64_t to_step = kNoEnd;  // and in no step after this
  static constexpr std::int64_t kNoEnd = INT64_MAX;

  bool ends() const { return to_step != kNoEnd; }
  bool includes(std::int64_t step) const { return step >= from_step && step <= to_step && step % every == 0; }
  /// How often it has run after that step.
  std::int64_t runs_until(std::int64_t step) const {
    step = step < to_step ? step : to_step;
    return step < from_step ? 0 : (step / every - (from_step - 1) / every) * repeat;
  }
  bool operator==(const Cadence&) const = default;
};

/// The most repetitions of an update in a training step, which the highest 16 bits of the step in
/// `random.key` count.
inline constexpr std::int64_t kMostRepetitions = 65535;

/// The purpose of a function. Code finds a function by its role; the name is for people.
enum class FunctionRole : std::uint8_t {
  other,
  update,      // computes an update's loss and gradients, then changes the weights
  apply,       // an update's optimizer step; in the program, these are the last steps of the update
  begin,       // sets the weights that layers of an update initialize by its first batch
  average,     // updates the averages of the weights
  classify,    // measures the classifier on a batch of images with labels
  predict,     // classifies a batch of images
  sample,      // makes images from random latent points
  generate,    // makes images from given latent points
  features,    // computes the features of a batch of images, for a graph of their neighbours
  similarity,  // multiplies the features of some images with those of others
};

struct FunctionProgram {
  std::string name;
  FunctionRole role = FunctionRole::other;
  std::string update;  // the declared update's name, for the roles update, apply and begin; the spread's,
                       // "spread.NAME", for features and similarity
  std::vector<Input> inputs;
  std::vector<NamedBuffer> outputs;  // loss {}, accuracy {}, image {n, h, w, c}; valid until the next call
  std::vector<Step> steps;
};

/// The initial values of a variable.
struct Initializer {
  enum class Kind : std::uint8_t { zeros, constant, uniform, normal };
  Kind kind = Kind::zeros;
  double scale = 0;  // constant: its value; uniform: [-scale, scale); normal: standard deviation
  bool operator==(const Initializer&) const = default;
};

/// What a variable is. This decides what changes it, and which files hold it.
enum class Role : std::uint8_t {
  weight,     // changed by optimizers; in every checkpoint
  statistic,  // of a layer ("trunk.batch_norm_1.running_mean"), changed by updates; in every checkpoint
  average,    // of a weight or statistic over the training steps; in every checkpoint
  state,      // of an optimizer ("supervised.m.trunk.conv_1.weight"); only in the state for a resume
  gradient,   // of a weight, used only within a training step; in no file
};

struct VariableSlot {
  std::string name;
  Role role = Role::weight;
  std::string net;          // the net of a weight, statistic or average
  std::int64_t offset = 0;  // bytes into the variables
  DType dtype = DType::f32;
  std::vector<std::int64_t> extents;  // {} is a scalar
  Initializer initializer;
};

struct Program {
  std::string name;
  int rank = 0, ranks = 1;  // it is the program of this rank, of so many that run it together
  std::vector<VariableSlot> variables;
  std::int64_t variable_bytes = 0;
  std::int64_t arena_bytes = 0;
  std::vector<FunctionProgram> functions;
  std::string kernel_library;  // path of kernels.so; empty if no function calls a kernel

  /// The function with that name, or with that role and update, or nullptr.
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
