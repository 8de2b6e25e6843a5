#pragma once
// The default schedules of fused kernels, made from the shapes and the vector unit.

#include <string>
#include <vector>

#include "compiler/graph/type.h"
#include "compiler/schedule/rules.h"

namespace sganc {

/// One stage: a result of the kernel, or a reduction. `shape` are its extents, outermost first, so the loops
/// x0 (innermost), x1, ... run along its axes from the last to the first. The loops r0 (innermost), r1, ...
/// run along the reduced axes.
struct FusedLoops {
  std::string stage;
  Shape shape;
  bool reduction = false;
  Shape whole = {};         // the extents that a reduction reads, outermost first
  bool keeps_last = false;  // x0 runs along the innermost axis of `whole`
  /// For a scatter, the number of outermost axes of `shape` that are also axes of `whole`; else -1.
  int scatters_below = -1;
};

/// The schedule of a flat kernel, with the loops `lane` (16 elements) and `block`.
KernelSchedule flat_schedule(bool in_place, const VectorUnit& unit);

KernelSchedule general_schedule(const std::vector<FusedLoops>& loops, const VectorUnit& unit);

}  // namespace sganc
