#pragma once
// Checks that a state belongs to the run that is to be resumed.

#include "runtime/train/state.h"
#include "runtime/train/trainer.h"

namespace sganc {

/// Throws std::runtime_error, which names the first difference, if the state has another seed or length of an
/// epoch than the settings, if its counts contradict each other, or if the lists in the run folder (labelled
/// and held-out images, classes) are not those of the division.
void require_same_run(const TrainingEnvironment& environment, const TrainingState& state);

}  // namespace sganc
