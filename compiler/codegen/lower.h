#pragma once
// Turns the planned module into a program: groups become steps, kernels become a library.

#include "compiler/codegen/library.h"
#include "compiler/codegen/merge_steps.h"
#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

/// The steps of an update end with those of its optimizer. Throws UserError if the schedule cannot be
/// applied, std::runtime_error if the cache or the linker fails.
Program lower(const PlannedModule& planned, const LibraryOptions& options);

/// Makes one library of the kernels of all these modules, and returns its path, or "" if they have none.
/// Throws as lower does.
std::filesystem::path kernel_library(const std::vector<PlannedModule>& planned,
                                     const LibraryOptions& options);

/// The steps of one function in order of execution, with an arena that starts at 0, and with neighbours
/// merged. They refer to groups of `function`. Adds the kernels to the library.
std::vector<LoweredStep> lowered_steps(const PlannedModule& planned, const PlannedFunction& function,
                                       KernelLibraryBuilder& library);

/// A kernel of the program, and the function whose step calls it.
struct UsedKernel {
  std::string function;
  CutKernel cut;
};

/// The group's kernel, with its override in the schedule file.
CutKernel scheduled_kernel(const PlannedModule& planned, const PlannedFunction& function, const Group& group);

/// Every kernel of every function, in order of execution. The kernels of an optimizer belong to UPDATE.apply.
std::vector<UsedKernel> kernels_of(const PlannedModule& planned);

}  // namespace sganc
