#pragma once
// How much memory a function's values take.

#include <cstdint>

#include "compiler/graph/module.h"

namespace sganc {

/// The most bytes that values take at one time, computed in their order: variables and inputs aside,
/// pointwise results in the place of an operand that is read no more, views and broadcasts in that of theirs.
/// A plain estimate, which depends on the function alone.
std::int64_t live_bytes(const Function& function);

}  // namespace sganc
