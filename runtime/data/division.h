#pragma once
// Divides the training images of a run, by index, into labelled and held out ones, and finds the images of a
// split.

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/labels.h"

namespace sganc {

struct Division {
  /// Images whose labels may be used, in the order of the choice; empty if no labels are used.
  std::vector<std::int32_t> labelled;
  std::vector<std::int32_t> held_out;  // the split "validation", which no update draws
  /// All images that are not held out; empty if none is held out, and then all images are meant.
  std::vector<std::int32_t> rest;
};

/// A choice that the data set does not allow.
struct DivisionError : std::runtime_error {
  DivisionError(const std::string& what, bool of_validation_)
      : std::runtime_error(what), of_validation(of_validation_) {}
  bool of_validation;  // the choice is that of validation, else that of labels
};

/// Chooses images; an absent choice chooses none, except that validation images of the data set's own are
/// always held out. Images of `validation` are chosen first, without those that
/// a file of labels names. Images of `labels` are chosen from the rest. Throws DivisionError.
Division divide(const Dataset& dataset, const std::optional<ImageChoice>& labels,
                const std::optional<ImageChoice>& validation);

/// The division with these images held out and no labelled images.
Division hold_out(const Dataset& dataset, std::vector<std::int32_t> held_out);

/// The images of a split: all or some of the data set's training or test images.
struct SplitImages {
  const Split& stored;
  std::span<const std::int32_t> indices;  // into `stored`; empty: all its images

  std::int64_t count() const {
    return indices.empty() ? stored.count : static_cast<std::int64_t>(indices.size());
  }
  /// The index of image `i` of this split.
  std::int32_t index(std::int64_t i) const {
    return indices.empty() ? static_cast<std::int32_t>(i) : indices[static_cast<std::size_t>(i)];
  }
};

/// The images of the split "train" (those not held out), "validation" or "test". The result refers to the
/// arguments, which must outlive it. Throws std::runtime_error for an unknown or empty split.
SplitImages images_of(const Dataset& dataset, const Division& division, const std::string& split);

/// The indices, into the stored images, of those images of the split that have a label. An evaluation counts
/// these. There is one more split, "hidden": the images of "train" that are not `labelled`, whose labels no
/// update sees. Throws std::runtime_error if there are none.
std::vector<std::int32_t> labelled_of(const Dataset& dataset, const Division& division,
                                      const std::string& split);

}  // namespace sganc
