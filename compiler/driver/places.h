#pragma once
// Where things are on this machine. The only room that reads the environment.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "compiler/codegen/library.h"

namespace sganc {

/// $SGANC_DATA, else sganc under $XDG_DATA_HOME or ~/.local/share; without a home sganc-data in the present
/// folder.
std::filesystem::path default_data_folder();

/// sganc/kernels under $XDG_CACHE_HOME or ~/.cache; "" without a home.
std::filesystem::path kernel_cache();

/// How much of compiled kernels is kept, in bytes: $SGANC_CACHE_MB, else 1 GB. Throws UserError.
std::int64_t kernel_cache_limit();

/// Kernels in kernel_cache(). Where that cannot be written, new ones go into a folder that nobody else knows
/// and that is removed when this process ends. Throws UserError.
LibraryOptions library_options();

/// The file of a schedule: `given` itself where it is a file, else schedules/`given`.toml beside the
/// program's source or under its share folder. Throws UserError with the nearest known name.
std::filesystem::path schedule_file(const std::string& given);

/// The JSON Schema of model files, in models/ beside schedules/; nothing where it is not there.
std::optional<std::filesystem::path> schema_file();

}  // namespace sganc
