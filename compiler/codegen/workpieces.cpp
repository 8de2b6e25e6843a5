#include "compiler/codegen/workpieces.h"

#include "compiler/codegen/lower.h"

namespace sganc {
namespace {

std::string implementation_of(Group::Kind kind) {
  switch (kind) {
    case Group::Kind::few_channels:
      return "halide";
    case Group::Kind::winograd:
      return "winograd";
    case Group::Kind::convolution:
      return "onednn";
    default:
      return "";
  }
}

Workpiece workpiece(const Compilation& c, LoweredStep lowered) {
  const Group& first = *lowered.groups.at(0);
  Workpiece piece{.function = c.function.name,
                  .step = std::move(lowered.step),
                  .cut = scheduled_kernel(c, first),
                  .by = implementation_of(first.kind)};
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
