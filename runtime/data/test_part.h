#pragma once
// Makes test images for a data set that has none, from some of its training images.

#include "runtime/data/dataset.h"
#include "runtime/data/labels.h"

namespace sganc {

/// Moves the chosen images and their labels from the training images to the test images. The others keep
/// their order. Returns the indices that the others had before. Throws std::runtime_error if the choice is
/// not possible, or leaves a class without a training image.
std::vector<std::int32_t> split_off_test(Dataset& dataset, const ImageChoice& choice);

}  // namespace sganc
