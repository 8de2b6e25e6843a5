#pragma once
// Reads the images that `sganc init` is given, and says on standard error what they are.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/starter/model.h"
#include "compiler/driver/terminal.h"
#include "runtime/data/label_table.h"
#include "runtime/data/sources.h"

namespace sganc {

// Relative paths become relative to the folder of `out`, the model file that will name them. All throw
// UserError for data from which no classifier can learn: fewer than two classes, or a class without an
// image to learn from.

/// Reads every picture of the folder, whose classes a table may say. Images will have no side longer than
/// `size`.
ImagesFound look_at_folder(const std::string& folder, const std::optional<LabelTable>& table,
                           std::int64_t size, const std::filesystem::path& out, Terminal& terminal);

/// Reads two files of images and labels, or four with test images and labels.
ImagesFound look_at_arrays(const std::vector<std::string>& files, const std::filesystem::path& out,
                           Terminal& terminal);

/// Reads a known data set, and fetches it if it is missing.
ImagesFound look_at_known(const DataSource& source, const DataPlaces& places, Terminal& terminal);

}  // namespace sganc
