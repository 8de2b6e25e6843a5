#pragma once
// How much is computed again and again where values are not stored.

#include <set>

#include "compiler/graph/module.h"

namespace sganc {

/// How many pointwise nodes one element of `v` needs, each counted once for every place of it that is read;
/// what is in `stored`, variables, inputs and reductions count nothing. Counting ends at `most`.
std::size_t computed_for_each(const Function& function, Value v, const std::set<Value>& stored,
                              std::size_t most);

/// Values that slices read in more elements than they have: windows that overlap.
std::set<Value> read_by_overlapping_slices(const Function& function);

}  // namespace sganc
