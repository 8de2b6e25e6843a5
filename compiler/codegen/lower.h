#pragma once
// The module as a program: plans become flat steps, kernels become a library.

#include "compiler/codegen/library.h"
#include "compiler/codegen/merge_steps.h"
#include "compiler/passes/pass.h"
#include "runtime/program.h"

namespace sganc {

/// Plans and lowers every function; "UPDATE.apply" becomes the last steps of UPDATE. Throws UserError where
/// the schedule cannot be applied, std::runtime_error where the cache or the linker fails.
Program lower(const Module& module, const Schedule& schedule, const LibraryOptions& options,
              const PassOptions& passes = {});

/// The steps of one planned function in order of execution, its arena from 0, neighbours merged. They refer
/// to groups of `c`; kernels are added to the library.
std::vector<LoweredStep> lowered_steps(const Compilation& c, KernelLibraryBuilder& library);

/// A kernel of the program, and the function whose step calls it. It refers to the schedule.
struct UsedKernel {
  std::string function;
  CutKernel cut;
};

/// The group's kernel, with what the schedule file says of it.
CutKernel scheduled_kernel(const Compilation& c, const Group& group);

/// Every kernel of every function, in order of execution; those of an optimizer are UPDATE.apply's.
std::vector<UsedKernel> kernels_of(const Module& module, const Schedule& schedule,
                                   const PassOptions& passes = {});

}  // namespace sganc
