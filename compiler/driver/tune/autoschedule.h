#pragma once
// What Halide's autoschedulers make of a workload, as a candidate.

#include "compiler/driver/tune/child_process.h"
#include "compiler/driver/tune/workload.h"

namespace sganc {

/// Runs the autoscheduler in a process of its own. Gives the text of a candidate of that implementation.
ChildResult autoschedule(const Trial& trial, const std::string& implementation, const Autoscheduler& by,
                         int threads, double seconds);

}  // namespace sganc
