#pragma once
// The system's linker, ld.

#include <filesystem>
#include <vector>

namespace sganc {

/// Links object files to a shared library. Throws std::runtime_error with ld's last message, or how ld ended.
void link_shared(const std::vector<std::filesystem::path>& objects, const std::filesystem::path& library);

}  // namespace sganc
