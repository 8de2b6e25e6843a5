#pragma once
// Merges calls of a flat kernel on neighbouring memory into one call, so that an optimizer changes all its
// weights in one pass.

#include <vector>

#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

struct LoweredStep {
  Step step;
  bool mergeable = false;  // a flat kernel whose code does not depend on the index of an element
  std::vector<const Group*> groups = {};  // the groups of the plan that it computes; empty for a copy
  const PlannedCopy* copy = nullptr;      // of the plan
};

/// Merges a step into the one before it if both call the same kernel and every argument of the second begins
/// where that of the first ends. Single numbers must be the same.
void merge_neighbours(std::vector<LoweredStep>& steps);

}  // namespace sganc
