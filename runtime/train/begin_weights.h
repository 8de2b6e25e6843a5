#pragma once
// Weights that begin by the first batch: the Program's functions `UPDATE.begin`, where it has such.

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/train/plan.h"

namespace sganc {

/// Runs them in the order of the updates, each on a batch of its own, drawn as its update draws. Throws as
/// UpdateRunner does.
void begin_weights(Executor& executor, const Dataset& dataset, const Division& division,
                   const TrainingPlan& plan);

}  // namespace sganc
