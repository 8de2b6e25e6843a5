#pragma once
// Checks that the images are those that a run was trained with.

#include "compiler/driver/saved_run.h"
#include "runtime/data/identity.h"
#include "runtime/train/run_folder.h"

namespace sganc {

/// Throws UserError, which says what has changed, if the data are not those of the run. Does nothing for runs
/// of older versions, which do not record their data.
void require_data_of_run(const RunFolder& folder, const DataIdentity& now);

/// Throws UserError, which says what has changed, if the images of the split are not those of the run. With
/// `any_data` it prints a warning instead.
void require_data_of_split(const SavedRun& run, const DataIdentity& now, const std::string& split,
                           bool any_data, const Terminal& terminal);

/// Throws UserError if the model takes indices from the files of a run with other data.
void require_data_of_indices(const Model& model, const DataIdentity& now);

}  // namespace sganc
