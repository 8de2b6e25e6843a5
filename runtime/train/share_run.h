#pragma once
// Gives all ranks what rank 0 has read: so only rank 0 needs the run folder.

#include <deque>
#include <vector>

#include "runtime/execute/executor.h"
#include "runtime/spread/spread.h"
#include "runtime/train/state.h"

namespace sganc {

/// All variables of the executor become those of rank 0.
void share_variables(Executor& executor);

/// The ranks whose weights, statistics, averages and states are not those of rank 0, bit for bit. All ranks
/// get the same answer.
std::vector<int> strayed_ranks(Executor& executor);

/// The same for variables, labels of spreads, and how far the run is: steps, epochs, seconds and the best
/// epoch.
void share_run(Executor& executor, std::deque<Spread>& spreads, TrainingState& state);

}  // namespace sganc
