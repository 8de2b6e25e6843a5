#pragma once
// Applies the directives of a kernel's schedule to its Halide Funcs, found by name.

#include <Halide.h>

#include <string>
#include <vector>

#include "compiler/schedule/schedule.h"

namespace sganc {

/// A Func of a kernel under the name that schedules call it by: "output", "partial", "sum_2".
struct NamedFunc {
  std::string name;
  Halide::Func func;
};

/// Applies each directive: first those that shape loops, stage by stage in order, then those that place
/// stages in the loops of others. Variables are found by name among the stage's own and those that its
/// directives have made. A stage with an update definition that no directive places is computed at the root;
/// any other is computed inline. A directive that is unknown, names no such stage or variable, or that Halide
/// refuses is a UserError at its place, with the known names. What only the whole pipeline shows (a stage
/// computed where its consumer does not reach it) Halide reports when it compiles.
void apply_schedule(const KernelSchedule& schedule, std::vector<NamedFunc>& funcs);

}  // namespace sganc
