#pragma once
// The default schedules of fused kernels: lists of directives, made from the shapes and the machine.

#include <string>
#include <vector>

#include "compiler/graph/type.h"
#include "compiler/schedule/rules.h"

namespace sganc {

/// One stage: a result of the kernel, or a reduction, with its extents, outermost first. Its loops are x0
/// (innermost), x1, ..., and r0 (innermost), r1, ... of what is reduced.
struct FusedLoops {
  std::string stage;
  Shape shape;
  bool reduction = false;
  Shape whole = {};         // what a reduction reads
  bool keeps_last = false;  // x0 runs along the innermost axis of that
  int scatters_below = -1;  // of a scatter: its outermost axes that are those of what it reads; else -1
};

/// Loops `lane` (16 elements) and `block`.
KernelSchedule flat_schedule(bool in_place, const VectorUnit& unit);

KernelSchedule general_schedule(const std::vector<FusedLoops>& loops, const VectorUnit& unit);

}  // namespace sganc
