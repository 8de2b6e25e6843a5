#pragma once
// A kernel as Halide compiles it: a pipeline, its schedule applied, for this machine.

#include "compiler/codegen/emit.h"

namespace sganc {

struct ScheduledKernel {
  const KernelDescription& kernel;
  EmittedKernel emitted;
  KernelSchedule schedule;  // the schedule file's, or the default

  /// Throws UserError when it is compiled and the schedule puts too much on the stack.
  Halide::Pipeline pipeline() const;
};

/// Throws UserError at a directive that cannot be applied.
ScheduledKernel scheduled(const KernelDescription& kernel);

/// Runs what makes Halide compile the kernel. What it refuses of a schedule file is a UserError at the file's
/// table.
void compile_with_halide(const KernelDescription& kernel, const std::function<void()>& compile);

/// This system with the features of KernelDescription::target; those that this version of Halide does not
/// know are left out.
Halide::Target bare_target(const std::string& features);

/// The same without a runtime of Halide's own, and without checks of what the compiler has made itself.
Halide::Target kernel_target(const std::string& features);

}  // namespace sganc
