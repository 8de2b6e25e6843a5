#pragma once
// Which instructions of compiled kernels a processor lacks. The judge is GNU as, which has no part in making
// them: what objdump finds is assembled again for a processor of just these instructions.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace sganc {

/// Returns the different instructions of object files as text, without jumps, calls and distances. Those
/// that are encoded for AVX-512 are marked {evex}. Throws std::runtime_error if objdump fails.
std::set<std::string> instructions_in(const std::vector<std::filesystem::path>& objects);

/// Returns those of `used` that a processor with these instructions (as /proc/cpuinfo names them) lacks.
/// Temporary files go into `folder`. Throws std::runtime_error if as cannot judge.
std::vector<std::string> lacking(const std::set<std::string>& used, const std::vector<std::string>& processor,
                                 const std::filesystem::path& folder);

}  // namespace sganc
