#pragma once
// A kernel before Halide: a small function of its own, cut out of the function that the plan was made for,
// and all else that determines its code. Equal kernels, wherever they come from, are compiled once.

#include <string>
#include <vector>

#include "compiler/passes/plan.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

struct KernelDescription {
  std::string name;           // for schedules and messages: trunk.conv_1.backward_weights
  Function function;          // inputs operand_0, operand_1, ... and results r0, r1, ...
  Value anchor;               // of few_channels and winograd: the convolution
  Tiling tiling;              // of winograd
  Value bias_gradient;        // of few_channels: the sum that it computes along
  bool flat = false;          // one loop over elements, 16 at a time; shapes are [?], single numbers aside
  std::vector<int> in_place;  // for each result the input that shares its memory, or -1
  std::string target;         // the features of Halide that it may use: sse41-avx
  const KernelOverride* override_schedule = nullptr;

  /// All that determines the code, as text.
  std::string identity() const;
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
