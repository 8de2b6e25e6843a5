#pragma once
// How a run divides the training images, by index: which have labels, which are held out; and what the name
// of a split stands for.

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
  std::vector<std::int32_t>
      labelled;  // whose labels may be used, as chosen; none where nothing asks for them
  std::vector<std::int32_t> held_out;  // the split "validation", which no update draws
  std::vector<std::int32_t> rest;      // all that are not held out; empty where none is: all
};

/// A choice that the data set does not allow.
struct DivisionError : std::runtime_error {
  DivisionError(const std::string& what, bool of_validation_)
      : std::runtime_error(what), of_validation(of_validation_) {}
  bool of_validation;  // else of the labels
};

/// Chooses; a choice that is absent chooses none. Held out is first, but for images that a file of labels
/// names; labels are then among the rest. Throws DivisionError.
Division divide(const Dataset& dataset, const std::optional<ImageChoice>& labels,
                const std::optional<ImageChoice>& validation);

/// The division in which these are held out and none is labelled.
Division hold_out(const Dataset& dataset, std::vector<std::int32_t> held_out);

/// The images of a split: a stored part of the data set, all of it or some.
struct SplitImages {
  const Split& stored;
  std::span<const std::int32_t> indices;  // into it; empty: all

  std::int64_t count() const {
    return indices.empty() ? stored.count : static_cast<std::int64_t>(indices.size());
  }
  /// The index of image `i` of this split.
  std::int32_t index(std::int64_t i) const {
    return indices.empty() ? static_cast<std::int32_t>(i) : indices[static_cast<std::size_t>(i)];
  }
};

/// The split "train" (what is not held out), "validation" or "test"; views of the arguments. An unknown or
/// empty one is a std::runtime_error.
SplitImages images_of(const Dataset& dataset, const Division& division, const std::string& split);

/// Those of its images that have a label, by their index in what is stored: what an evaluation counts. None
/// is a std::runtime_error.
std::vector<std::int32_t> labelled_of(const Dataset& dataset, const Division& division,
                                      const std::string& split);

}  // namespace sganc
