#pragma once
// A workload of `tune`: a kernel or convolution with all its uses in the program, and a way to run it alone.

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
  Workpiece piece;                // its most expensive use
  std::string hash;               // hash of the computation and its sizes; independent of the schedule
  double ms = 0;                  // the time of all its uses in a training step
  std::vector<std::string> uses;  // FUNCTION/NAME, as in schedules
  std::string other = {};         // another implementation of a convolution, or ""

  const std::string& kernel() const { return piece.names.at(0); }
  /// The Halide implementation of a convolution.
  const std::string& in_halide() const { return piece.is_kernel() ? piece.by : other; }
};

/// Identifies what the workpiece computes, whatever its schedule. Sizes of a flat kernel do not count.
std::string identity_of(const Workpiece& piece);

/// All kernels, and the convolutions for which there is a choice, the most expensive first. Equal ones are
/// one workload. `costs` are those of the program's steps.
std::vector<Workload> workloads_of(const std::vector<Workpiece>& pieces, const std::vector<StepCost>& costs);

/// Runs one workload alone: random operands, the expected results, and programs that compute it.
class Trial {
 public:
  /// `workload` and `base` must stay valid and in place.
  Trial(const Workload& workload, const PlannedModule& base);

  /// Makes the operands and the expected results, if not done yet.
  void prepare();

  /// The directives of Halide's kernel under the base, or none.
  KernelSchedule directives() const;

  /// A program with one function "kernel": inputs or variables operand_0, ..., outputs r0, ... Without a
  /// candidate it runs as under the base. Convolutions go through all passes, so that each implementation
  /// fuses its epilogue. Throws UserError if the candidate cannot be applied.
  Program program(const std::optional<Candidate>& candidate, const LibraryOptions& options) const;

  const Tensors& operands() const { return operands_; }
  const std::vector<std::string>& results() const { return results_; }
  /// The results of the reference interpreter; nothing if that would take more than some seconds.
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
  Module module_;  // the cut function with all extents known
  bool prepared_ = false;
  Tensors operands_;
  std::vector<std::string> results_;
  std::optional<Tensors> truth_;
};

}  // namespace sganc
