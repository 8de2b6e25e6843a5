#pragma once
// Sets weights that depend on the first batch, by the Program's functions `UPDATE.begin` if it has any.

#include <deque>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/spread/spread.h"
#include "runtime/train/settings.h"

namespace sganc {

/// Runs these functions in the order of the updates, each on a batch of its own that is drawn like its
/// update's. Throws as UpdateRunner does.
void begin_weights(Executor& executor, const Dataset& dataset, const Division& division,
                   const std::deque<Spread>& spreads, const TrainingSettings& settings);

}  // namespace sganc
