#pragma once
// The places of data, caches and schedules on this machine. Only the driver reads environment variables.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/library.h"

namespace sganc {

/// $SGANC_DATA, else sganc under $XDG_DATA_HOME or ~/.local/share. Without a home folder, sganc-data in the
/// working folder.
std::filesystem::path default_data_folder();

/// sganc/kernels under $XDG_CACHE_HOME or ~/.cache, or "" without a home folder.
std::filesystem::path kernel_cache();

/// The size limit of the kernel cache in bytes: $SGANC_CACHE_MB, else 1 GB. Throws UserError for a bad value.
std::int64_t kernel_cache_limit();

/// Keeps kernels in kernel_cache(). If that cannot be written, new ones go into a private folder that is
/// removed when this process ends. Throws UserError.
LibraryOptions library_options();

/// The key with which this user's sganc signs the machine code that it keeps outside of its cache: 32 random
/// bytes in sganc/key under $XDG_STATE_HOME or ~/.local/state, made when they are first asked for. "" if
/// there is no such place.
std::string user_key();

/// The file of a schedule: `given` itself if it is a file, else schedules/`given`.toml in the program's
/// source or share folder. Throws UserError with the nearest known name.
std::filesystem::path schedule_file(const std::string& given);

/// The names that `schedule_file` knows, sorted.
std::vector<std::string> schedule_names();

/// The folder of the models that come with the program, or nothing if it is missing.
std::optional<std::filesystem::path> models_folder();

/// How a person calls the program: `sganc` if it is installed, else `./sganc`, the script of its source.
std::string called_program();

/// The JSON Schema of model files, in that folder, or nothing if it is missing.
std::optional<std::filesystem::path> schema_file();

}  // namespace sganc
