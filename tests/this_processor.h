#pragma once
// Schedules whose kernels are compiled for the processor that runs the tests.

#include <string>

#include "compiler/codegen/target.h"
#include "runtime/execute/processor.h"

namespace sganc {

/// Unless the test has fitted it to another processor. Throws UserError where this one cannot run it.
inline Schedule fitted(Schedule schedule = {}) {
  if (schedule.instructions.empty()) fit_to_processor(schedule, this_processor().instructions, host_tuning());
  return schedule;
}

/// Why this processor cannot run the schedule: tests of it are skipped; "" where it can.
inline std::string why_not_here(const Schedule& schedule) {
  try {
    fitted(schedule);
    return "";
  } catch (const UserError& error) {
    return error.diagnostic.message;
  }
}

}  // namespace sganc
