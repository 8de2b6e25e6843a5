#pragma once
// Which instructions of compiled kernels a processor lacks. The judge is GNU as, which has no part in making
// them: what objdump finds is assembled again for a processor of just these instructions.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace sganc {

/// The different instructions of object files, as text: jumps, calls and distances left out, those that are
/// encoded for AVX-512 marked {evex}. Throws std::runtime_error where objdump fails.
std::set<std::string> instructions_in(const std::vector<std::filesystem::path>& objects);

/// Those that a processor of these instructions (as /proc/cpuinfo names them) lacks. `folder` takes files
/// that are needed on the way. Throws std::runtime_error where as cannot judge.
std::vector<std::string> lacking(const std::set<std::string>& used, const std::vector<std::string>& processor,
                                 const std::filesystem::path& folder);

}  // namespace sganc
