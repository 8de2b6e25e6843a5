#include "compiler/passes/pass.h"

namespace sganc {

const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes = {
      {"simplify", simplify},
      {"share-subexpressions", share_subexpressions},
      {"simplify-again", simplify},                        // equal nodes are one now, so more patterns match
      {"drop-unused", drop_unused},                        // counts of uses are true from here on
      {"choose-implementations", choose_implementations},  // reads the schedule; needs shapes final
      {"fuse-epilogues", fuse_epilogues},                  // bias, activation and bias gradient into products
      {"form-groups", form_groups},                        // one group, one step
      {"place-buffers", place_buffers},                    // needs the order of groups
  };
  return passes;
}

Compilation run_passes(const Function& function, const Module& module, const Schedule& schedule,
                       const VariableLayout& layout) {
  Compilation c{
      .function = function, .plan = {}, .module = &module, .schedule = &schedule, .layout = &layout};
  for (const auto& pass : pipeline()) pass.run(c);
  return c;
}

Value stored_as(const Function& function, Value v) {
  while (function.node(v).op == Op::view) v = function.node(v).operands[0];
  return v;
}

}  // namespace sganc
