#pragma once
// A kernel as Halide compiles it: a pipeline with its schedule applied.

#include "compiler/codegen/emit.h"

namespace sganc {

struct ScheduledKernel {
  const KernelDescription& kernel;
  EmittedKernel emitted;
  KernelSchedule schedule;  // from the schedule file, or the default

  /// When it is compiled, it throws UserError if the schedule puts too much on the stack.
  Halide::Pipeline pipeline() const;
};

/// Throws UserError at a directive that cannot be applied.
ScheduledKernel scheduled(const KernelDescription& kernel);

/// Runs `compile`, which makes Halide compile the kernel. If Halide refuses the directives of a schedule
/// file, throws UserError at the file's table.
void compile_with_halide(const KernelDescription& kernel, const std::function<void()>& compile);

}  // namespace sganc
