#pragma once
// The loops of a kernel that the team of threads shares.

#include "compiler/codegen/explain.h"
#include "compiler/codegen/scheduled.h"

namespace sganc {

/// Returns the loops in the order of execution, for a team of `threads` threads. A loop within another one is
/// not listed, as one thread runs all of it.
std::vector<ParallelLoop> parallel_loops(const ScheduledKernel& kernel, int threads);

}  // namespace sganc
