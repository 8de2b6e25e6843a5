#pragma once
// Applies the directives of a kernel's schedule to its Halide Funcs, found by name.

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "compiler/graph/type.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

/// A Func of a kernel under the name that schedules call it by: "output", "partial", "sum_2".
struct NamedFunc {
  std::string name;
  Halide::Func func;
  bool result = false;  // writes memory of the caller, whether another Func reads it or not
};

/// What else a schedule may count on: extents of Funcs, outermost first, as far as they are known, and what
/// the kernel reads, in the order of its arguments.
struct KernelFacts {
  std::map<std::string, Shape> extents = {};
  std::vector<Halide::ImageParam> operands = {};
};

/// Applies each directive: first those that shape loops, stage by stage in order, then those that place
/// stages in the loops of others. Variables are found by name among the stage's own and those that its
/// directives have made; `rfactor` adds a stage to `funcs`. A stage with an update definition that no
/// directive places is computed at the root; any other is computed inline. A directive that is unknown, names
/// no such stage or variable, would leave the memory of a result, makes more copies of a loop's body than a
/// compiler can take, or that Halide refuses is a UserError at its place, with the known names. What only the
/// whole pipeline shows (a stage computed where its consumer does not reach it) Halide reports when it
/// compiles.
void apply_schedule(const KernelSchedule& schedule, std::vector<NamedFunc>& funcs,
                    const KernelFacts& facts = {});

}  // namespace sganc
