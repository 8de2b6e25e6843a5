#pragma once
// Whether the images that are there now are those that a run was trained with.

#include "compiler/driver/saved_run.h"
#include "runtime/data/identity.h"
#include "runtime/train/run_folder.h"

namespace sganc {

/// A run goes on with its own data alone: all else is a UserError that says what has become of them. Runs of
/// older versions do not know their data.
void require_data_of_run(const RunFolder& folder, const DataIdentity& now);

/// Figures of a split mean something where its images are those of the run: else a UserError that says what
/// has changed, or a message where `any_data` allows it.
void require_data_of_split(const SavedRun& run, const DataIdentity& now, const std::string& split,
                           bool any_data, const Terminal& terminal);

/// Indices that a model takes from the files of a run are of that run's data. Throws UserError.
void require_data_of_indices(const Model& model, const DataIdentity& now);

}  // namespace sganc
