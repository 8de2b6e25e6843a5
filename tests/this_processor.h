#pragma once
// Plans for the processor that runs the tests.

#include <string>

#include "compiler/passes/pass.h"
#include "compiler/schedule/target.h"
#include "runtime/execute/processor.h"

namespace sganc {

/// Returns this processor with a team of `threads`.
inline TargetMachine this_target(int threads = 2) {
  return {.instructions = this_processor().instructions, .tuning = host_tuning(), .threads = threads};
}

/// Plans the module for this processor. Throws UserError if this processor cannot run the schedule.
inline PlannedModule planned(const Module& module, const Schedule& schedule = {},
                             const PassOptions& passes = {}, int threads = 2) {
  const TargetMachine machine = this_target(threads);
  require_runs_on(machine, schedule);
  return plan(module, schedule, machine, passes);
}

/// Returns why this processor cannot run the schedule, so that tests of it are skipped, or "" if it can.
inline std::string why_not_here(const Schedule& schedule) {
  try {
    require_runs_on(this_target(), schedule);
    return "";
  } catch (const UserError& error) {
    return error.diagnostic.message;
  }
}

}  // namespace sganc
