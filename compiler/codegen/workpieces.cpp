#include "compiler/codegen/workpieces.h"

#include "compiler/codegen/lower.h"

namespace sganc {
namespace {

Workpiece workpiece(const Compilation& c, LoweredStep lowered) {
  const Group& first = *lowered.groups.at(0);
  Workpiece piece{.function = c.function.name,
                  .step = std::move(lowered.step),
                  .cut = scheduled_kernel(c, first),
                  .convolution = first.kind == Group::Kind::few_channels ||
                                 first.kind == Group::Kind::winograd ||
                                 first.kind == Group::Kind::convolution};
  for (const Group* group : lowered.groups) piece.names.push_back(group->name);
  for (Value v : first.inputs) piece.variables.push_back(c.function.node(v).op == Op::variable);
  return piece;
}

}  // namespace

std::vector<Workpiece> workpieces_of(const Module& module, const Schedule& schedule) {
  const VariableLayout layout = lay_out_variables(module);
  KernelLibraryBuilder library({});
  std::vector<Workpiece> pieces;
  for (const auto& function : module.functions) {
    const Compilation c = run_passes(function, module, schedule, layout, {});
    for (auto& lowered : lowered_steps(c, library)) {
      const bool product = std::holds_alternative<MatrixProduct>(lowered.step.work);
      if (lowered.copy || product) continue;
      pieces.push_back(workpiece(c, std::move(lowered)));
    }
  }
  return pieces;
}

}  // namespace sganc
