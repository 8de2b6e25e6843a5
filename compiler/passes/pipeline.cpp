#include <chrono>
#include <stdexcept>

#include "compiler/passes/pass.h"

namespace sganc {

const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes = {
      {"simplify", simplify, /*needed=*/false},
      {"share-subexpressions", share_subexpressions, false},
      {"simplify-again", simplify, false},                 // equal nodes are one now, so more patterns match
      {"drop-unused", drop_unused},                        // counts of uses are true from here on
      {"choose-implementations", choose_implementations},  // reads the schedule; needs shapes final
      {"fuse-epilogues", fuse_epilogues, false},           // bias, activation and bias gradient into products
      {"form-groups", form_groups},                        // one group, one step
      {"place-buffers", place_buffers},                    // needs the order of groups
  };
  return passes;
}

Compilation run_passes(const Function& function, const Module& module, const Schedule& schedule,
                       const VariableLayout& layout, const PassOptions& options) {
  using Clock = std::chrono::steady_clock;
  Compilation c{
      .function = function, .plan = {}, .module = &module, .schedule = &schedule, .layout = &layout};
  if (options.before) options.before(c);
  for (const auto& pass : pipeline()) {
    if (options.disabled.contains(pass.name)) continue;
    const auto begin = Clock::now();
    pass.run(c);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (options.verify)
      if (const auto mistakes = verify(module, c.function); !mistakes.empty())
        throw std::logic_error("after the pass " + std::string(pass.name) + ": " + mistakes.front());
    if (options.after) options.after(pass, c, seconds);
    if (options.stop_after == pass.name) break;
  }
  return c;
}

Value stored_as(const Function& function, Value v) {
  while (function.node(v).op == Op::view) v = function.node(v).operands[0];
  return v;
}

// What is no work of its own belongs to whoever reads it: constants, the same elements under another shape,
// one element many times.
bool separates(const Function& function, const Fusion& fusion, Value v, Value reader) {
  const Node &n = function.node(v), &r = function.node(reader);
  if (n.op == Op::constant || n.op == Op::broadcast || is_memory(n) || r.op == Op::view) return false;
  const Node& made = function.node(stored_as(function, v));
  if (made.op == Op::constant || made.op == Op::broadcast || is_memory(made)) return false;
  return fusion.separates(made.origin.part, r.origin.part);
}

}  // namespace sganc
