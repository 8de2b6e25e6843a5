#pragma once
// Flat kernels over neighbouring memory become one call: an optimizer moves all its weights in one pass.

#include <vector>

#include "compiler/passes/plan.h"
#include "runtime/program.h"

namespace sganc {

struct LoweredStep {
  Step step;
  bool mergeable = false;                 // a flat kernel whose elements do not know their index
  std::vector<const Group*> groups = {};  // of the plan, that it computes; none of a copy
  const PlannedCopy* copy = nullptr;      // of the plan
};

/// Merges each step into the one before it where both call one kernel and every argument of the second begins
/// where that of the first ends; single numbers must be the same.
void merge_neighbours(std::vector<LoweredStep>& steps);

}  // namespace sganc
