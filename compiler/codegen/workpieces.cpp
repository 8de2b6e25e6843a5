#include "compiler/codegen/workpieces.h"

#include "compiler/codegen/lower.h"

namespace sganc {
namespace {

Workpiece workpiece(const PlannedModule& planned, const PlannedFunction& f, LoweredStep lowered) {
  const Group& first = *lowered.groups.at(0);
  Workpiece piece{.function = f.function.name,
                  .update = f.function.update,
                  .step = std::move(lowered.step),
                  .cut = scheduled_kernel(planned, f, first),
                  .by = first.implementation ? first.implementation->name : ""};
  for (const Group* group : lowered.groups) piece.names.push_back(group->name);
  for (Value v : first.inputs) piece.variables.push_back(f.function.node(v).op == Op::variable);
  return piece;
}

}  // namespace

std::vector<Workpiece> workpieces_of(const PlannedModule& planned) {
  KernelLibraryBuilder library({});
  std::vector<Workpiece> pieces;
  for (const auto& f : planned.functions)
    for (auto& lowered : lowered_steps(planned, f, library)) {
      const bool product = std::holds_alternative<MatrixProduct>(lowered.step.work);
      if (lowered.copy || product || lowered.groups.at(0)->is_message) continue;
      pieces.push_back(workpiece(planned, f, std::move(lowered)));
    }
  return pieces;
}

}  // namespace sganc
