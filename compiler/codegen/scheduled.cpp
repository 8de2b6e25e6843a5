#include "compiler/codegen/scheduled.h"

#include <stdexcept>

namespace sganc {

Halide::Target kernel_target() {
  return Halide::get_host_target()
      .with_feature(Halide::Target::NoRuntime)
      .with_feature(Halide::Target::NoAsserts)
      .with_feature(Halide::Target::NoBoundsQuery);
}

ScheduledKernel scheduled(const KernelDescription& kernel) {
  ScheduledKernel result{emit(kernel, kernel_target()), {}};
  result.schedule =
      kernel.override_schedule ? kernel.override_schedule->stages : result.emitted.default_schedule;
  apply_schedule(result.schedule, result.emitted.funcs);
  return result;
}

void compile_with_halide(const KernelDescription& kernel, const std::function<void()>& compile) {
  try {
    compile();
  } catch (const Halide::Error& error) {
    if (!kernel.override_schedule) throw std::logic_error("kernel " + kernel.name + ": " + error.what());
    throw UserError{{kernel.override_schedule->match.where,
                     "Halide refuses this schedule for kernel " + kernel.name + ": " + error.what(), ""}};
  }
}

}  // namespace sganc
