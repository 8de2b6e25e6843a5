#pragma once
// A pass is a named rewrite of one function of the module, or of its plan. pipeline.cpp lists the passes in
// order.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/passes/plan.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

/// What a pass may read besides the function.
struct PassContext {
  const Module& module;
  const Schedule& schedule;
  const TargetMachine& machine;
  const VariableLayout& layout;
};

struct Pass {
  std::string_view name;
  void (*run)(PlannedFunction&, const PassContext&);
  bool needed = true;  // if false, the function computes the same without the pass
};

const std::vector<Pass>& pipeline();

/// Options of a run of the pipeline.
struct PassOptions {
  std::set<std::string, std::less<>> disabled = {};  // passes to leave out; they must not be needed
  std::string stop_after = {};                       // the last pass to run; "" runs all
#ifdef NDEBUG
  bool verify = false;
#else
  bool verify = true;
#endif
  /// Called before the first pass of each function, and after each pass with its time in seconds.
  std::function<void(const PlannedFunction&)> before = {};
  std::function<void(const Pass&, const PlannedFunction&, double)> after = {};
};

/// Runs the passes of the pipeline on every function. Throws UserError if the schedule names something that
/// the module does not have, or an implementation that cannot compute the product; std::logic_error if the
/// verifier finds a mistake after a pass.
PlannedModule plan(const Module& module, const Schedule& schedule, const TargetMachine& machine,
                   const PassOptions& options = {});

/// Whether a product multiplies bf16 numbers under the schedule on that machine.
bool in_bf16(const Function& function, Value product, const Schedule& schedule, const TargetMachine& machine);

}  // namespace sganc
