#pragma once
// The declared labels and validation images of a model, chosen among the images of a data set.

#include "compiler/driver/saved_run.h"
#include "compiler/language/model.h"
#include "runtime/data/division.h"

namespace sganc {

/// The declared choice with its seed.
ImageChoice choice_of(const DeclaredChoice& declared, std::int64_t train_seed);

/// Makes sure that the test images, and the splits that the model evaluates, have images with labels. Throws
/// UserError.
void require_labels(const Model& model, const Dataset& dataset, const Division& division);

/// The division that a run of the model begins with; labels are chosen where `labels_are_used`. What the data
/// set does not allow is a UserError in its place.
Division divide_data(const Model& model, const Dataset& dataset, bool labels_are_used);

/// Makes sure that the classes are those that the run was trained with. Throws UserError.
void require_same_classes(const SavedRun& run, const Dataset& dataset);

/// The division of a run as far as evaluations need it: its validation.txt says what is held out.
Division division_of(const SavedRun& run, const Dataset& dataset);

}  // namespace sganc
