#pragma once
// The declared labels and validation images of a model, chosen among the images of a data set.

#include "compiler/driver/saved_run.h"
#include "compiler/language/model.h"
#include "runtime/data/division.h"

namespace sganc {

/// The division that a run of the model begins with; labels are chosen where `labels_are_used`. What the data
/// set does not allow is a UserError in its place.
Division divide_data(const Model& model, const Dataset& dataset, bool labels_are_used);

/// The division of a run as far as evaluations need it: its validation.txt says what is held out.
Division division_of(const SavedRun& run, const Dataset& dataset);

}  // namespace sganc
