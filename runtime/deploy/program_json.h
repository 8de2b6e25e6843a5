#pragma once
// A Program as JSON, and back.

#include <nlohmann/json_fwd.hpp>

#include "runtime/program.h"

namespace sganc {

/// The program without `kernel_library`, which is a path of this machine.
nlohmann::json json_of(const Program& program);

/// Throws nlohmann::json::exception if the JSON is no program.
Program program_of(const nlohmann::json& json);

}  // namespace sganc
