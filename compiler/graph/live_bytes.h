#pragma once
// Estimates the memory that a function's values take.

#include <cstdint>

#include "compiler/graph/module.h"

namespace sganc {

/// The most bytes that values take at one time, if nodes are computed in their order. Variables and inputs do
/// not count. A pointwise result takes the memory of an operand that is not read again; views and broadcasts
/// share that of their operand. The estimate depends only on the function.
std::int64_t live_bytes(const Function& function);

}  // namespace sganc
