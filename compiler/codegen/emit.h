#pragma once
// Turns a kernel into a Halide pipeline: Funcs with the names that schedules use, arguments in order, and the
// default schedule, which is not applied here.

#include <Halide.h>

#include "compiler/codegen/kernel.h"
#include "compiler/schedule/apply.h"

namespace sganc {

struct EmittedKernel {
  std::vector<Halide::Func> outputs;        // outputs of the pipeline
  std::vector<Halide::Argument> arguments;  // inputs of the pipeline, in order
  std::vector<NamedFunc> funcs;
  KernelSchedule default_schedule;
  KernelFacts facts = {};
};

EmittedKernel emit(const KernelDescription& kernel, const Halide::Target& target);

/// A stage as schedules see it: "sum_1" or "sum_1.update", with its loops, innermost first, and their
/// extents. An extent of -1 depends on the stage that reads this one.
struct Stage {
  std::string name;
  std::vector<std::pair<std::string, std::int64_t>> loops;
};
std::vector<Stage> stages_of(const EmittedKernel& emitted);

}  // namespace sganc
