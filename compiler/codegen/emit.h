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
  KernelFacts facts = {};
};

EmittedKernel emit(const KernelDescription& kernel, const Halide::Target& target);

/// A stage as a schedule sees it: "sum_1", "sum_1.update"; its loops, innermost first, and how often each
/// runs, -1 where whoever reads the stage decides.
struct Stage {
  std::string name;
  std::vector<std::pair<std::string, std::int64_t>> loops;
};
std::vector<Stage> stages_of(const EmittedKernel& emitted);

}  // namespace sganc
