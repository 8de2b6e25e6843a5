#pragma once
// Halide's C++ text of a schedule, as its autoschedulers write it, in directives.

#include <string>
#include <vector>

#include "compiler/codegen/emit.h"

namespace sganc {

/// A Func of a pipeline as Halide names it, and as schedules do: "" where it is no stage of the kernel.
struct SourceFunc {
  std::string name, stage;
  bool result = false;
};

/// The directives that the text gives the stages. `funcs` stand in the order of Pipeline::get_func. Loops
/// that it makes are named after those that they are made of, as xo and xi, or x_y.
/// Left out is what is for Funcs that are no stages, moves the memory of a result, or shares a sum among
/// threads, which would add in no fixed order; a split of a result is guarded where its tail would leave the
/// result. Throws UserError, without a place, at what no directive says.
KernelSchedule directives_of_source(const std::string& source, const std::vector<SourceFunc>& funcs,
                                    const std::vector<Stage>& stages);

}  // namespace sganc
