#pragma once
// Whether a run may go on as it is asked to: found out before anything is done, so that a refused resume has
// changed nothing.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/verb.h"
#include "compiler/language/model.h"
#include "runtime/train/run_folder.h"

namespace sganc {

/// Makes sure that every file of the run in the folder is as the run wrote it, and that the model is that of
/// the run but for what leaves its past as it is. All else is a UserError that lists each key, unless
/// `accept_changes`. Gives what a person should know of it, in lines for the beginning; nothing where the
/// run's own model cannot be read, which is printed.
std::optional<std::vector<std::string>> review_resume(const Model& model, const std::filesystem::path& folder,
                                                      bool accept_changes, Terminal& terminal);

/// The model's files of a run that goes on with this model: nothing is written where nothing has changed.
void write_changed_model(const RunFolder& folder, const Model& model);

}  // namespace sganc
