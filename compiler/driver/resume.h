#pragma once
// Checks whether a run can be resumed. All checks come before any change, so that a refused resume changes
// nothing.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/verb.h"
#include "compiler/language/model.h"
#include "runtime/train/run_folder.h"

namespace sganc {

/// Checks that every file of the run is as the run wrote it, and that the model is that of the run, except
/// for keys that do not affect the steps done so far. Throws UserError with a list of the other changed keys,
/// unless `accept_changes`. Returns messages about the accepted changes, or nothing if the run's own model
/// cannot be read; then it has printed why.
std::optional<std::vector<std::string>> review_resume(const Model& model, const std::filesystem::path& folder,
                                                      bool accept_changes, Terminal& terminal);

/// Messages about what differs between the environment in which the run began, if the folder has it, and the
/// present one: threads, schedule, target of kernels, versions, ranks. With any of them sums may be rounded
/// differently, so the run may not end with the bits of one that never stopped.
std::vector<std::string> environment_changes(const RunFolder& folder, const RunEnvironment& now);

/// Writes model.toml and resolved.toml of a run that continues with this model, if they have changed.
void write_changed_model(const RunFolder& folder, const Model& model);

}  // namespace sganc
