#pragma once
// What `tune` works on: a kernel or convolution, wherever the program uses it, and the means to run it alone.

#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/library.h"
#include "compiler/codegen/workpieces.h"
#include "compiler/driver/bench/result.h"
#include "compiler/driver/tune/candidates.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

struct Workload {
  Workpiece piece;                // its costliest use
  std::string hash;               // of what is computed and for which sizes; no schedule changes it
  double ms = 0;                  // of all its uses in a training step
  std::vector<std::string> uses;  // FUNCTION/NAME as schedules know them
  std::string other = {};         // of a convolution: who else may compute it; "" where nobody

  const std::string& kernel() const { return piece.names.at(0); }
  /// Of a convolution: as what Halide computes it.
  const std::string& in_halide() const { return piece.is_kernel() ? piece.by : other; }
};

/// What no schedule changes of a kernel, and what is computed by kernels of any size.
std::string identity_of(const Workpiece& piece);

/// All kernels, and the convolutions for which there is a choice, the costliest first; what does the same is
/// one. `costs` are those of the program's steps.
std::vector<Workload> workloads_of(const std::vector<Workpiece>& pieces, const std::vector<StepCost>& costs);

/// One workload alone: random operands, what it should compute, and programs that compute it.
class Trial {
 public:
  /// `workload` and `base` stay in place.
  Trial(const Workload& workload, const PlannedModule& base);

  /// Makes operands and truth, where they are not there yet.
  void prepare();

  /// The directives of Halide's kernel under the base; none where it has none.
  KernelSchedule directives() const;

  /// A program of one function "kernel": inputs or variables operand_0, ..., outputs r0, ... The candidate
  /// may be nothing: as the base has it. Convolutions go through all passes, so that whoever computes them
  /// fuses what he can. Throws UserError where the candidate cannot be applied.
  Program program(const std::optional<Candidate>& candidate, const LibraryOptions& options) const;

  const Tensors& operands() const { return operands_; }
  const std::vector<std::string>& results() const { return results_; }
  /// By the reference interpreter; nothing where that would take more than some seconds.
  const std::optional<Tensors>& truth() const { return truth_; }

 private:
  Workpiece halide_piece() const;
  PlannedModule convolution(const std::optional<Candidate>& candidate) const;
  Program program_of_kernel(const std::optional<Candidate>& candidate, const LibraryOptions& options) const;
  void fix_sizes();
  void fill_operands();
  void evaluate_truth();

  const Workload& workload_;
  const PlannedModule& base_;
  Module module_;  // the cut function, every extent known
  bool prepared_ = false;
  Tensors operands_;
  std::vector<std::string> results_;
  std::optional<Tensors> truth_;
};

}  // namespace sganc
