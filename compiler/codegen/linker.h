#pragma once
// The system's linker, ld.

#include <filesystem>
#include <vector>

namespace sganc {

/// Makes a shared library of object files. Throws std::runtime_error with ld's last words, or how it ended.
void link_shared(const std::vector<std::filesystem::path>& objects, const std::filesystem::path& library);

}  // namespace sganc
