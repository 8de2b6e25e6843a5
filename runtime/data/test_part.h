#pragma once
// Test images of a data set that has none: some of its training images, taken out of them.

#include "runtime/data/dataset.h"
#include "runtime/data/labels.h"

namespace sganc {

/// Takes the chosen images and their labels out of the training images, of which the others keep their order.
/// What cannot be chosen, and a choice that leaves none of a class to train on, is a std::runtime_error.
void split_off_test(Dataset& dataset, const ImageChoice& choice);

}  // namespace sganc
