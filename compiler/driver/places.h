#pragma once
// Where things are on this machine. The only room that reads the environment.

#include <filesystem>
#include <optional>
#include <string>

namespace sganc {

/// $SGANC_DATA, else sganc under $XDG_DATA_HOME or ~/.local/share.
std::filesystem::path default_data_folder();

/// sganc under $XDG_CACHE_HOME or ~/.cache: compiled kernels.
std::filesystem::path kernel_cache();

/// The file of a schedule: `given` itself where it is a file, else schedules/`given`.toml beside the
/// program's source or under its share folder. Throws UserError with the nearest known name.
std::filesystem::path schedule_file(const std::string& given);

/// The JSON Schema of model files, in models/ beside schedules/; nothing where it is not there.
std::optional<std::filesystem::path> schema_file();

/// Changes whenever the program is built anew.
std::string program_identity();

}  // namespace sganc
