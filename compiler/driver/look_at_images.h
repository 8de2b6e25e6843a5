#pragma once
// What `sganc init` finds in the place that it is shown, and says on standard error.

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/driver/starter_model.h"
#include "compiler/driver/terminal.h"
#include "runtime/data/sources.h"

namespace sganc {

// Paths in the result are relative to the folder of `out`, the file that will name them, where they were
// given so. What no classifier can learn from is a UserError: fewer than two classes, or a class without an
// image to learn from and one to be tested on.

/// Reads every picture of the folder; images will have no side longer than `size`.
ImagesFound look_at_folder(const std::string& folder, std::int64_t size, const std::filesystem::path& out,
                           Terminal& terminal);

/// Files of images and labels, and of test images and labels where there are four.
ImagesFound look_at_arrays(const std::vector<std::string>& files, const std::filesystem::path& out,
                           Terminal& terminal);

/// A data set that is known by name, fetched where it is not here.
ImagesFound look_at_known(const DataSource& source, const DataPlaces& places, Terminal& terminal);

}  // namespace sganc
