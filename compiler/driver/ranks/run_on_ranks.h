#pragma once
// Runs a verb in one of several processes that mpirun or srun started.

#include <functional>

#include "compiler/driver/verb.h"
#include "runtime/ranks/launch.h"

namespace sganc {

/// Runs the verb as `run` does for this terminal, which is silent unless this is rank 0. Only verbs that
/// share their work among ranks run; the others end with one error, since several processes would do the same
/// work, into the same files. Returns the exit code: that of rank 0 tells how all have ended, the others give
/// 0.
int run_on_ranks(const Verb& verb, const Launch& launch, const std::function<int(Terminal&)>& run);

}  // namespace sganc
