#pragma once
// A kernel as Halide compiles it: a pipeline, its schedule applied, for this machine.

#include "compiler/codegen/emit.h"

namespace sganc {

struct ScheduledKernel {
  EmittedKernel emitted;
  KernelSchedule schedule;  // the schedule file's, or the default

  Halide::Pipeline pipeline() const { return Halide::Pipeline(emitted.outputs); }
};

/// Throws UserError at a directive that cannot be applied.
ScheduledKernel scheduled(const KernelDescription& kernel);

/// Runs what makes Halide compile the kernel. What it refuses of a schedule file is a UserError at the file's
/// table.
void compile_with_halide(const KernelDescription& kernel, const std::function<void()>& compile);

/// This processor; no runtime of Halide's own, no checks of what the compiler has made itself.
Halide::Target kernel_target();

}  // namespace sganc
