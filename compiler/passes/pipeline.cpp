#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "compiler/passes/known_names.h"
#include "compiler/passes/pass.h"

namespace sganc {

/// The function of passes/NAME.cpp, declared right here.
#define SGANC_PASS(name)                             \
  [] {                                               \
    void name(PlannedFunction&, const PassContext&); \
    return &name;                                    \
  }()

const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes = {
      {"simplify", SGANC_PASS(simplify), /*needed=*/false},  // rewrites that make the graph smaller
      {"share-subexpressions", SGANC_PASS(share_subexpressions), false},  // one node for equal nodes
      {"simplify-again", SGANC_PASS(simplify), false},  // equal nodes are one now, so more patterns match
      {"drop-unused", SGANC_PASS(drop_unused)},         // counts of uses are true from here on
      {"choose-implementations", SGANC_PASS(choose_implementations)},  // reads the schedule; shapes are final
      {"fuse-epilogues", SGANC_PASS(fuse_epilogues), false},  // bias, activation, bias gradient into products
      {"form-messages", SGANC_PASS(form_messages)},           // sums over ranks that are ready together
      {"form-groups", SGANC_PASS(form_groups)},               // one group, one step
      {"narrow-stores", SGANC_PASS(narrow_stores), false},  // bf16 for what products round; knows all readers
      {"place-buffers", SGANC_PASS(place_buffers)},         // needs the order of groups
  };
  return passes;
}

#undef SGANC_PASS

namespace {

PlannedFunction run_passes(const Function& function, const PassContext& context, const PassOptions& options) {
  using Clock = std::chrono::steady_clock;
  PlannedFunction planned{function, {}};
  if (options.before) options.before(planned);
  for (const auto& pass : pipeline()) {
    if (options.disabled.contains(pass.name)) continue;
    const auto begin = Clock::now();
    pass.run(planned, context);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (options.verify)
      if (const auto mistakes = verify(context.module, planned.function); !mistakes.empty())
        throw std::logic_error("after the pass " + std::string(pass.name) + ": " + mistakes.front());
    if (options.after) options.after(pass, planned, seconds);
    if (options.stop_after == pass.name) break;
  }
  return planned;
}

}  // namespace

PlannedModule plan(const Module& module, const Schedule& schedule, const TargetMachine& machine,
                   const PassOptions& options) {
  require_known_layers(schedule, module);
  PlannedModule planned{module, schedule, machine, lay_out_variables(module), {}};
  const PassContext context{planned.module, planned.schedule, planned.machine, planned.layout};
  for (const auto& function : module.functions)
    planned.functions.push_back(run_passes(function, context, options));
  if (options.stop_after.empty() || options.stop_after == pipeline().back().name)
    require_known_names(planned);
  return planned;
}

const PlannedFunction* PlannedModule::optimizer_of(const PlannedFunction& update) const {
  if (update.function.role != FunctionRole::update) return nullptr;
  for (const auto& f : functions)
    if (f.function.role == FunctionRole::apply && f.function.update == update.function.update) return &f;
  return nullptr;
}

std::string layer_of(const Function& function, const Origin& origin) {
  if (function.role == FunctionRole::apply) return "optimizer";
  return function.role == FunctionRole::average ? "average" : origin.part;
}

Value stored_as(const Function& function, Value v) {
  while (function.node(v).op == Op::view) v = function.node(v).operands[0];
  return v;
}

std::set<Value> computed_by(const Function& f, const Group& group) {
  std::set<Value> computed;
  std::vector<Value> open = group.outputs;
  while (!open.empty()) {
    const Value v = open.back();
    open.pop_back();
    const Value memory = stored_as(f, v);
    if (is_memory(f.node(memory)) || std::ranges::find(group.inputs, memory) != group.inputs.end()) continue;
    if (!computed.insert(v).second) continue;
    const auto& operands = f.node(v).operands;
    open.insert(open.end(), operands.begin(), operands.end());
  }
  return computed;
}

DType stored_dtype(const PlannedFunction& planned, Value v) {
  const bool narrow = planned.plan.in_bf16.contains(stored_as(planned.function, v));
  return narrow ? DType::bf16 : planned.function.node(v).type.dtype;
}

std::int64_t stored_bytes(const PlannedFunction& planned, Value v) {
  const Type& type = planned.function.node(v).type;
  return type.elements() < 0 ? type.bytes() : type.elements() * size_of(stored_dtype(planned, v));
}

// A value that is no work of its own belongs to its readers: a constant, the same elements under another
// shape, or one element repeated.
bool separates(const Function& function, const Fusion& fusion, Value v, Value reader) {
  const Node &n = function.node(v), &r = function.node(reader);
  if (n.op == Op::constant || n.op == Op::broadcast || is_memory(n) || r.op == Op::view) return false;
  const Node& made = function.node(stored_as(function, v));
  if (made.op == Op::constant || made.op == Op::broadcast || is_memory(made)) return false;
  return fusion.separates(made.origin.part, r.origin.part);
}

}  // namespace sganc
