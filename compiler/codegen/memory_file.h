#pragma once
// Gets the files that Halide writes without a disk, since LLVM ends the process on a full disk.

#include <functional>
#include <string>

namespace sganc {

/// Returns the content of a file in memory, after `write` has written to it by its name. Throws
/// std::runtime_error if the system gives no memory.
std::string written_in_memory(const std::function<void(const std::string& name)>& write);

}  // namespace sganc
