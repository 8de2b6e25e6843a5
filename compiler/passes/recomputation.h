#pragma once
// Counts how much is computed repeatedly if values are not stored.

#include <set>

#include "compiler/graph/module.h"

namespace sganc {

/// The number of pointwise nodes that one element of `v` needs. A node counts once for each of its elements
/// that is read. Values in `stored`, variables, inputs and reductions do not count. Counting stops at `most`.
std::size_t computed_for_each(const Function& function, Value v, const std::set<Value>& stored,
                              std::size_t most);

/// Values that overlapping windows read: their slices together have more elements than the value.
std::set<Value> read_by_overlapping_slices(const Function& function);

}  // namespace sganc
