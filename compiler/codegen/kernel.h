#pragma once
// A kernel before Halide: a small function of its own, cut out of the function that the plan was made for,
// and all else that determines its code. Equal kernels, wherever they come from, are compiled once.

#include <optional>
#include <string>
#include <vector>

#include "compiler/passes/plan.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

struct KernelDescription {
  std::string name;   // for schedules and messages: trunk.conv_1.backward_weights
  Function function;  // inputs operand_0, operand_1, ... and results r0, r1, ...
  Value anchor;       // of a convolution's kernel: its node
  const Implementation* implementation = nullptr;  // the same: who emits it
  Tiling tiling;                                   // where the implementation has one
  Value bias_gradient;                             // the sum that is computed along
  bool flat = false;          // one loop over elements, 16 at a time; shapes are [?], single numbers aside
  std::vector<int> in_place;  // for each result the input that shares its memory, or -1
  std::string target;         // the features of Halide that it may use: sse41-avx
  std::optional<KernelOverride> override_schedule = {};  // a schedule file's

  /// All that determines the code, as text.
  std::string identity() const;

  /// The shape of the convolution's result as the kernel sees it.
  Shape written() const;
};

/// Elements that a flat kernel handles together; its buffers are {elements / 16 rounded up, 16}.
inline constexpr std::int64_t kFlatBlock = 16;

/// A kernel for a fused group or one with few channels, and the values that its arguments stand for: inputs,
/// then results. An input that a result overwrites is an argument no more.
struct CutKernel {
  KernelDescription description;
  std::vector<Value> inputs, outputs;
};
CutKernel cut_kernel(const Function& function, const Group& group, const Plan& plan);

}  // namespace sganc
