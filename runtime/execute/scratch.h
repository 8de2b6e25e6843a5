#pragma once
// Memory for kernels while they run. Every training step needs the same blocks, so each thread keeps the
// blocks that are given back: they are allocated, and their pages touched, only once.

#include <cstddef>

namespace sganc {

/// At least `bytes`, aligned for the widest vectors, or nullptr if the system has no more.
void* take_scratch(std::size_t bytes);

/// Gives a block back. nullptr is ignored.
void give_back_scratch(void* block);

}  // namespace sganc
