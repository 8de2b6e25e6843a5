#pragma once
// Initializes variables. Each is a pure function of the seed and its own name, independent of order and
// threads.

#include <cstdint>
#include <span>

#include "runtime/execute/random.h"
#include "runtime/program.h"

namespace sganc {

/// A standard normal number for initial values, by Box-Muller in double from the first two words of the
/// block.
double random_normal(RandomKey key, std::uint32_t stream, std::uint32_t index);

/// Fills the bytes of `slot` by its initializer, with the stream of its name at step 0. Throws
/// std::logic_error for a random initializer of a variable that is not f32.
void initialize(const VariableSlot& slot, std::uint64_t seed, std::span<std::byte> bytes);

}  // namespace sganc
