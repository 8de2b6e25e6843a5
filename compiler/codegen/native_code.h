#pragma once
// The last part of the compiler: from a scheduled kernel to instructions of the target, by LLVM.

#include <string>

#include "compiler/codegen/scheduled.h"

namespace sganc {

enum class NativeForm : std::uint8_t { object, assembly };

/// The bytes of an object file with this symbol, or the text of the assembly. Throws Halide::Error if Halide
/// refuses the schedule.
std::string native_code(const ScheduledKernel& kernel, const std::string& symbol, NativeForm form);

}  // namespace sganc
