#pragma once
// What Halide writes to files, taken without a disk: LLVM ends the process where a disk is full.

#include <functional>
#include <string>

namespace sganc {

/// The content of a file that lies in memory, after `write` has written to it by its name. Throws
/// std::runtime_error where the system gives no memory.
std::string written_in_memory(const std::function<void(const std::string& name)>& write);

}  // namespace sganc
