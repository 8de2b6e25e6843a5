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

/// Where the module's variables lie: weights in their order, then each series of states in the same order, so
/// that one loop serves neighbours of every series.
struct VariableLayout {
  std::vector<std::string> order;
  std::map<std::string, std::int64_t> offsets;  // bytes
  std::int64_t bytes = 0;
};

VariableLayout lay_out_variables(const Module& module);

/// What passes work on: the graph, then the plan that they make of it.
struct Compilation {
  Function function;
  Plan plan;
  const Module* module = nullptr;
  const Schedule* schedule = nullptr;
  const VariableLayout* layout = nullptr;
};

struct Pass {
  std::string_view name;
  void (*run)(Compilation&);
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
  /// Called before the first pass, and after each that ran, with its seconds.
  std::function<void(const Compilation&)> before = {};
  std::function<void(const Pass&, const Compilation&, double)> after = {};
};

/// Runs the passes of the pipeline. Throws std::logic_error where the verifier finds a mistake after one.
Compilation run_passes(const Function& function, const Module& module, const Schedule& schedule,
                       const VariableLayout& layout, const PassOptions& options = {});

/// The function after the passes that ran: its graph, then what of its plan there is: groups in order of
/// execution, products before there are groups, memory.
std::string to_string(const Compilation& c);

/// The weights' shape {out, in, height, width} of a convolution or of one of its adjoints.
const Shape& weights_shape(const Function& function, const Node& convolution);

/// How a convolution, its data gradient or its weights' gradient is cut for Winograd's minimal filtering, and
/// how many times fewer products that takes; none where it does not serve: it is for plain convolutions of 2
/// or 3 taps a phase along both axes and multiples of kWinogradChannels channels on both sides.
struct WinogradChoice {
  Tiling tiling;
  double fewer = 1;
  std::int64_t tiles = 0;  // of all images
};
constexpr std::int64_t kWinogradChannels = 16;
std::optional<WinogradChoice> winograd_tiling(const Function& function, const Node& convolution);

/// Whether one of Halide's kernels computes the product: a plain convolution with few channels on one side.
bool halide_can(const Function& function, const Node& product);

/// Whether the schedule has a product multiply in bf16.
bool in_bf16(const Function& function, Value product, const Schedule& schedule);

}  // namespace sganc
