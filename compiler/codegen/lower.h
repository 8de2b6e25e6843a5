#pragma once
// The planned module as a program: groups become flat steps, kernels become a library.

#include "compiler/codegen/library.h"
#include "compiler/codegen/merge_steps.h"
#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

/// An update's optimizer becomes the last steps of the update. Throws UserError where the schedule cannot be
/// applied, std::runtime_error where the cache or the linker fails.
Program lower(const PlannedModule& planned, const LibraryOptions& options);

/// The steps of one function of it in order of execution, its arena from 0, neighbours merged. They refer to
/// groups of `function`; kernels are added to the library.
std::vector<LoweredStep> lowered_steps(const PlannedModule& planned, const PlannedFunction& function,
                                       KernelLibraryBuilder& library);

/// A kernel of the program, and the function whose step calls it.
struct UsedKernel {
  std::string function;
  CutKernel cut;
};

/// The group's kernel, with what the schedule file says of it.
CutKernel scheduled_kernel(const PlannedModule& planned, const PlannedFunction& function, const Group& group);

/// Every kernel of every function, in order of execution; those of an optimizer are UPDATE.apply's.
std::vector<UsedKernel> kernels_of(const PlannedModule& planned);

}  // namespace sganc
