#pragma once
// Reads the arrays that a model names as its images and labels.

#include <array>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "compiler/language/model.h"
#include "runtime/data/dataset.h"

namespace sganc {

/// What the arrays of a source hold, and how it was understood.
struct LoadedArrays {
  Dataset dataset;
  std::optional<std::array<double, 2>> values = {};  // of the source, declared or found
  std::vector<std::string> notes = {};
};

/// Reads the arrays that data.source names. `shape` is that of the images that the model takes, if it is
/// known: height, width, channels. Images that do not fit into memory lie where `room` says. Throws UserError
/// for mistakes in them.
LoadedArrays load_arrays(const DeclaredSource& source,
                         const std::optional<std::array<std::int64_t, 3>>& shape, const ImageRoom& room = {},
                         const std::stop_token& stop = {});

}  // namespace sganc
