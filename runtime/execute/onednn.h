#pragma once
// The oneDNN adapter: makes executable operations of the program's convolutions and matrix products. The .cpp
// is the only file of the project that includes oneDNN's headers; it serves oneDNN 2.6 to 3.x.

#include <memory>
#include <span>
#include <string>

#include "runtime/program.h"

namespace sganc {

/// oneDNN's engine and stream, and one scratch buffer that all operations prepared here share (they run one
/// at a time). Must outlive its operations. The number of OpenMP threads is to be set before an operation is
/// prepared.
class OneDnn {
 public:
  class Operation;

  OneDnn();
  ~OneDnn();
  OneDnn(const OneDnn&) = delete;
  OneDnn& operator=(const OneDnn&) = delete;

  /// `name` is the step's. Throws std::runtime_error that says step, operation and oneDNN's reason where
  /// oneDNN refuses; std::logic_error where a buffer has the wrong type or rank.
  Operation prepare(const std::string& name, const Convolution& step);
  Operation prepare(const std::string& name, const MatrixProduct& step);

  /// Bytes of the shared scratch buffer: the most that any operation prepared so far needs.
  std::int64_t scratch_bytes() const;

  /// The version of the loaded library: "2.6.3".
  static std::string version();

  struct State;

 private:
  std::unique_ptr<State> state_;
};

/// One prepared step: primitives with their weight layouts chosen, code generated.
class OneDnn::Operation {
 public:
  /// Operands in the order x, w, y, bias of a convolution and a, b, c, bias of a matrix product; bias only
  /// where the step has one. Neither allocates nor reorders activations. Throws std::runtime_error as
  /// `prepare` does.
  void execute(std::span<void* const> operands);

  /// Passes over the weights, before the computation or behind it, because oneDNN wants another order.
  int reorders() const;
  /// What oneDNN calls the code that it chose for the computation: "jit:avx512_core".
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
