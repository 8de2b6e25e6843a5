#pragma once
// The program's steps that a schedule has a say in, each cut out so that it can run alone.

#include <string>
#include <vector>

#include "compiler/codegen/kernel.h"
#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

/// A call of a kernel, or a convolution by oneDNN.
struct Workpiece {
  std::string function;            // as schedules name it; an optimizer's is UPDATE.apply
  std::string update;              // where it is of one
  std::vector<std::string> names;  // of its groups, as schedules name them: several where neighbours are one
  Step step;
  CutKernel cut;                // of its first group; a convolution is cut like a kernel
  std::vector<bool> variables;  // for each operand of the cut function: whether it is a weight or a state
  std::string by = {};          // of a convolution: who computes it, as [[product]] says; else ""

  bool is_kernel() const { return std::holds_alternative<KernelCall>(step.work); }
};

/// In order of execution.
std::vector<Workpiece> workpieces_of(const PlannedModule& planned);

}  // namespace sganc
