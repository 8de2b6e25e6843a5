#pragma once
// Applies the directives of a kernel's schedule to its Halide Funcs, found by name.

#include <Halide.h>

#include <map>
#include <string>
#include <vector>

#include "compiler/graph/type.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

/// A Func of a kernel with its name in schedules: "output", "partial", "sum_2".
struct NamedFunc {
  std::string name;
  Halide::Func func;
  bool result = false;  // writes memory of the caller, even if another Func reads it too
};

/// Further facts for a schedule: the known extents of Funcs, outermost first, and the kernel's operands in
/// the order of its arguments.
struct KernelFacts {
  std::map<std::string, Shape> extents = {};
  std::vector<Halide::ImageParam> operands = {};
};

/// Applies all directives: first those that shape loops, stage by stage in order, then those that place a
/// stage in the loops of others. Loops are found by name among the stage's own and those that its directives
/// have made. `rfactor` adds a stage to `funcs`. Without a directive that places it, a stage with an update
/// definition is computed at the root, and any other stage inline. Throws UserError at the place of a
/// directive that is unknown, names an unknown stage or loop (with the known names), would write outside of a
/// result's memory, makes too many copies of a loop's body, or is refused by Halide. Mistakes that only the
/// whole pipeline shows, such as a stage that is computed where its consumer does not reach it, are reported
/// by Halide when it compiles.
void apply_schedule(const KernelSchedule& schedule, std::vector<NamedFunc>& funcs,
                    const KernelFacts& facts = {});

}  // namespace sganc
