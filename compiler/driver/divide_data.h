#pragma once
// Chooses the declared labels and validation images of a model among the images of a data set.

#include "compiler/driver/saved_run.h"
#include "compiler/language/model.h"
#include "runtime/data/division.h"

namespace sganc {

/// Throws UserError if the model cannot learn from these images: their shape is not that of its image input,
/// its label inputs have other classes and labels are used, or its classifier knows fewer classes. Without
/// labels, the classes of a label input are a code to which the model gives a meaning of its own.
void require_fit(const Compiled& compiled, const Dataset& data, bool uses_labels);

/// The declared choice with its seed.
ImageChoice choice_of(const DeclaredChoice& declared, std::int64_t train_seed);

/// Throws UserError if the test images, or a split that the model evaluates, have no image with a label.
void require_labels(const Model& model, const Dataset& dataset, const Division& division);

/// The division of a new run of the model. Labels are chosen only if `labels_are_used`. Throws UserError, at
/// the place of the choice, if the data set does not allow it.
Division divide_data(const Model& model, const Dataset& dataset, bool labels_are_used);

/// Throws UserError if the classes are not those that the run was trained with.
void require_same_classes(const SavedRun& run, const Dataset& dataset);

/// The division of a run for evaluations: held out are the images in its validation.txt, labelled those in
/// its labels.txt.
Division division_of(const SavedRun& run, const Dataset& dataset);

}  // namespace sganc
