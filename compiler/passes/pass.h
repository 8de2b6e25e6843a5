#pragma once
// A pass is a named function over one function of the module; pipeline.cpp lists them, top to bottom.

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

/// What passes may read beside the function.
struct PassContext {
  const Module& module;
  const Schedule& schedule;
  const TargetMachine& machine;
  const VariableLayout& layout;
};

struct Pass {
  std::string_view name;
  void (*run)(PlannedFunction&, const PassContext&);
  bool needed = true;  // else it may be left out: the function computes the same without it
};

const std::vector<Pass>& pipeline();

/// How a person runs the pipeline.
struct PassOptions {
  std::set<std::string, std::less<>> disabled = {};  // passes that are not needed
  std::string stop_after = {};                       // a pass; "" runs them all
#ifdef NDEBUG
  bool verify = false;
#else
  bool verify = true;
#endif
  /// Called before the first pass of each function, and after each pass with its seconds.
  std::function<void(const PlannedFunction&)> before = {};
  std::function<void(const Pass&, const PlannedFunction&, double)> after = {};
};

/// Runs the passes of the pipeline on every function. Throws UserError where the schedule names what the
/// module does not have, or has a product computed by what cannot compute it; std::logic_error where the
/// verifier finds a mistake after a pass.
PlannedModule plan(const Module& module, const Schedule& schedule, const TargetMachine& machine,
                   const PassOptions& options = {});

/// Whether the schedule has a product multiply in bf16.
bool in_bf16(const Function& function, Value product, const Schedule& schedule);

}  // namespace sganc
