#pragma once
// The memory that kernels ask for while they run. A training step asks for the same blocks over and over, so
// each thread keeps what it gave back: the system is asked once, pages are touched first once.

#include <cstddef>

namespace sganc {

/// At least `bytes`, aligned for the widest vectors; nullptr where the system has no more.
void* take_scratch(std::size_t bytes);

/// Gives it back; nullptr is ignored.
void give_back_scratch(void* block);

}  // namespace sganc
