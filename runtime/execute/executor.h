#pragma once
// Runs a Program. The executor owns its arena and variables and prepares every step when it is constructed.
// Then it runs the steps of a function in order, without allocation or look-up by name. All calls must come
// from one thread; steps use OpenMP's team.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "runtime/execute/kernels.h"
#include "runtime/execute/memory.h"
#include "runtime/execute/onednn.h"
#include "runtime/program.h"
#include "runtime/ranks/ranks.h"

namespace sganc {

class Executor {
 public:
  struct FunctionId {
    std::size_t index = 0;
  };
  struct InputId {
    std::size_t function = 0, index = 0;
  };

  /// Loads kernels, prepares steps, and initializes the variables with `seed`. `threads` (1 or more) is the
  /// size of OpenMP's team. `ranks` sums what the ranks compute, and must outlive the executor. Throws
  /// std::runtime_error if kernels cannot be loaded or oneDNN refuses a step, std::logic_error if the program
  /// contradicts itself or is that of another rank.
  Executor(Program program, int threads, std::uint64_t seed, Ranks& ranks = lone_rank());
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  const Program& program() const { return program_; }
  Ranks& ranks() const { return ranks_; }

  /// Handles, valid as long as the executor. Throw std::logic_error for names and roles that the program does
  /// not have.
  FunctionId function(std::string_view name) const;
  FunctionId function(FunctionRole role, const std::string& update = "") const;
  InputId input(FunctionId function, std::string_view name) const;
  std::size_t variable_index(std::string_view name) const;

  /// Binds an input to memory, which must stay valid and in place until the input is bound again. `data`
  /// points to elements of the input's declared dtype (float, std::int32_t or std::uint8_t), row-major and
  /// dense; the type is not checked. `leading` is the outermost extent if that was declared -1. Throws
  /// std::logic_error if `data` is null or `leading` is missing or contradicts the declaration.
  void bind(InputId input, const void* data, std::int64_t leading = -1);

  /// Runs a function. Throws std::logic_error if an input is not bound, std::runtime_error if a step fails.
  void run(FunctionId function);

  /// Runs a function and adds each step's nanoseconds to `nanoseconds`.
  void run_timed(FunctionId function);
  std::span<const std::int64_t> nanoseconds(FunctionId function) const;
  void clear_times();

  /// Runs one step of a function alone, on the present content of its buffers. Throws std::logic_error if
  /// there is no such step.
  void run_step(FunctionId function, std::size_t step) { run_steps(function, step, step + 1); }

  /// The same for the steps from `first` up to, but not including, `end`.
  void run_steps(FunctionId function, std::size_t first, std::size_t end);

  /// Runs a function step by step until a step writes an f32 that is not finite, and returns that step's
  /// name. The steps after it do not run, so that variables which they would have changed keep their values;
  /// only if there are other ranks they do, since all must send the same messages.
  std::optional<std::string> run_checked(FunctionId function);

  /// An output, valid until the next call of any function; T is float, std::int32_t or std::uint8_t as
  /// declared. Throws std::logic_error for an unknown name or another type.
  template <typename T = float>
  std::span<const T> output(FunctionId function, std::string_view name) const {
    return cast<T>(output_bytes(function, name, dtype_of<T>()));
  }

  /// The elements of a variable, by its index in `program().variables`. Valid as long as the executor. Throws
  /// std::logic_error for another type.
  template <typename T = float>
  std::span<T> variable(std::size_t index) {
    return cast<T>(variable_bytes(index, dtype_of<T>()));
  }

  /// Initializes all variables again.
  void initialize(std::uint64_t seed);

 private:
  struct Move {
    std::size_t bytes;
  };
  struct Sum {
    AllReduce::Part part;
    std::span<float> values;
  };
  struct PreparedStep {
    std::variant<Kernel, OneDnn::Operation, Move, Sum> work;
    std::vector<void*> operands;                  // of products and copies; a kernel keeps its own
    std::vector<std::span<const float>> written;  // for run_checked
  };
  struct Use {
    std::size_t step, operand;
  };
  struct PreparedInput {
    std::vector<Use> uses;
    bool bound = false;
  };
  struct PreparedFunction {
    std::vector<PreparedStep> steps;
    std::vector<PreparedInput> inputs;
    std::size_t unbound = 0;
    std::vector<std::int64_t> nanoseconds;
  };

  template <typename T>
  static constexpr DType dtype_of() {
    if constexpr (std::is_same_v<T, float>)
      return DType::f32;
    else if constexpr (std::is_same_v<T, std::int32_t>)
      return DType::i32;
    else
      static_assert(std::is_same_v<T, std::uint8_t>);
    return DType::u8;
  }

  template <typename T, typename Byte>
  static auto cast(std::span<Byte> bytes) {
    using Element = std::conditional_t<std::is_const_v<Byte>, const T, T>;
    return std::span<Element>(reinterpret_cast<Element*>(bytes.data()), bytes.size() / sizeof(T));
  }

  void prepare(const FunctionProgram& function);
  PreparedStep prepare(const Step& step);
  std::byte* address(const Buffer& buffer, const std::string& step);
  void require_bound(std::size_t function) const;
  void use_team() const;  // sets OpenMP's team to the executor's number of threads
  void begin(FunctionId id) const;
  void execute(PreparedStep& step) const;
  void add_up(const Sum& sum) const;
  static void set_operand(PreparedStep& step, std::size_t operand, void* data, std::int64_t leading);
  std::span<const std::byte> output_bytes(FunctionId function, std::string_view name, DType dtype) const;
  std::span<std::byte> variable_bytes(std::size_t index, DType dtype);

  Program program_;
  int threads_;
  Ranks& ranks_;
  AlignedBuffer arena_, variables_;
  OneDnn onednn_;
  std::optional<KernelLibrary> library_;
  std::vector<PreparedFunction> functions_;
};

}  // namespace sganc
