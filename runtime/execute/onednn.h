#pragma once
// The oneDNN adapter: turns the program's convolutions and matrix products into executable operations.
// Only onednn.cpp includes oneDNN's headers. It works with oneDNN 2.6 to 3.x.

#include <memory>
#include <span>
#include <string>

#include "runtime/program.h"

namespace sganc {

/// oneDNN's engine and stream, and one scratch buffer that all its operations share, since they run one at a
/// time. Must outlive its operations. Set the number of OpenMP threads before an operation is prepared.
class OneDnn {
 public:
  class Operation;

  OneDnn();
  ~OneDnn();
  OneDnn(const OneDnn&) = delete;
  OneDnn& operator=(const OneDnn&) = delete;

  /// `name` is the name of the step. Throws std::runtime_error, with the step, the operation and oneDNN's
  /// reason, if oneDNN refuses; std::logic_error if a buffer has the wrong type or rank.
  Operation prepare(const std::string& name, const Convolution& step);
  Operation prepare(const std::string& name, const MatrixProduct& step);

  /// The size of the shared scratch buffer in bytes: the most that any operation so far needs.
  std::int64_t scratch_bytes() const;

  /// The version of the loaded library: "2.6.3".
  static std::string version();

  struct State;

 private:
  std::unique_ptr<State> state_;
};

/// One prepared step: oneDNN's primitives with their weight layouts chosen and their code generated.
class OneDnn::Operation {
 public:
  /// Runs the operation. The operands of a convolution are x, w, y, bias, those of a matrix product a, b, c,
  /// bias, without bias if the step has none. Does not allocate, and does not reorder activations. Throws
  /// std::runtime_error as `prepare` does.
  void execute(std::span<void* const> operands);

  /// The number of passes over the weights, before or after the computation, that convert them to or from
  /// oneDNN's layout.
  int reorders() const;
  /// oneDNN's name for the code that it chose: "jit:avx512_core".
  const std::string& implementation() const;

  Operation(Operation&&) noexcept;
  Operation& operator=(Operation&&) noexcept;
  ~Operation();

 private:
  friend class OneDnn;
  struct Plan;
  explicit Operation(std::unique_ptr<Plan> plan);
  std::unique_ptr<Plan> plan_;
};

}  // namespace sganc
