#pragma once
// The program's steps that a schedule can change, each cut out so that it can run alone.

#include <string>
#include <vector>

#include "compiler/codegen/kernel.h"
#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

/// A call of a kernel, or a convolution by oneDNN.
struct Workpiece {
  std::string function;  // its name in schedules; UPDATE.apply for an optimizer
  std::string update;    // its update, if it has one
  /// The names of its groups in schedules; several if one call computes neighbours.
  std::vector<std::string> names;
  Step step;
  CutKernel cut;  // the kernel of its first group; a convolution by oneDNN is cut in the same way
  std::vector<bool> variables;  // for each operand of the cut function, whether it is a variable
  std::string by = {};          // the implementation of a convolution, as in [[product]]; else ""

  bool is_kernel() const { return std::holds_alternative<KernelCall>(step.work); }
};

/// Returns the workpieces in order of execution.
std::vector<Workpiece> workpieces_of(const PlannedModule& planned);

}  // namespace sganc
