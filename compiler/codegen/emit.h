#pragma once
// A kernel as a Halide pipeline: Funcs under the names that schedules know, the arguments in order, the
// default schedule. Nothing is scheduled here.

#include <Halide.h>

#include "compiler/codegen/kernel.h"
#include "compiler/schedule/apply.h"

namespace sganc {

struct EmittedKernel {
  std::vector<Halide::Func> outputs;        // of the pipeline
  std::vector<Halide::Argument> arguments;  // its inputs, in order
  std::vector<NamedFunc> funcs;
  KernelSchedule default_schedule;
};

EmittedKernel emit(const KernelDescription& kernel, const Halide::Target& target);

}  // namespace sganc
