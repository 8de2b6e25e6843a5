#pragma once
// How a run was begun, from its env.json.

#include <nlohmann/json.hpp>
#include <string>

#include "runtime/train/run_folder.h"

namespace sganc {

/// The content of env.json, or a discarded value.
nlohmann::json first_environment(const RunFolder& folder);

/// The command that began the run, for a shell, or "" if env.json does not have it.
std::string first_command(const RunFolder& folder);

}  // namespace sganc
