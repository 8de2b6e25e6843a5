#pragma once
// A kernel before Halide compiles it: a small function, cut out of the planned function, and everything else
// that determines the code. Equal kernels of several functions are compiled once.

#include <optional>
#include <string>
#include <vector>

#include "compiler/passes/plan.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

struct KernelDescription {
  std::string name;   // for schedules and messages: trunk.conv_1.backward_weights
  Function function;  // inputs operand_0, operand_1, ... and results r0, r1, ...
  Value anchor;       // the node of the convolution, if the kernel computes one
  const Implementation* implementation = nullptr;  // the implementation that emits the convolution
  Tiling tiling;                                   // if the implementation has one
  Precision precision = Precision::f32;            // of the numbers that the convolution multiplies
  std::set<Value> in_bf16 = {};                    // inputs and results whose numbers are bf16 in memory
  /// Inputs whose memory has the channels of the convolution's result innermost (see Plan).
  std::set<Value> channels_innermost = {};
  Value bias_gradient;  // a sum that is computed together with a gradient of weights
  /// One loop over all elements, 16 at a time; all shapes but those of single numbers are [?].
  bool flat = false;
  std::vector<int> in_place;  // for each result, the input that shares its memory, or -1
  std::string target;         // the Halide features that it may use: sse41-avx
  std::optional<KernelOverride> override_schedule = {};  // from a schedule file

  /// Everything that determines the code, as text.
  std::string identity() const;

  /// The shape of the convolution's result for the kernel.
  Shape written() const;
};

/// The number of elements that a flat kernel computes together. Its buffers have the shape {elements / 16
/// rounded up, 16}.
inline constexpr std::int64_t kFlatBlock = 16;

/// The kernel of a group, and the values of its arguments: inputs, then results. An input that a result
/// overwrites is not an argument.
struct CutKernel {
  KernelDescription description;
  std::vector<Value> inputs, outputs;
};
CutKernel cut_kernel(const Function& function, const Group& group, const Plan& plan);

}  // namespace sganc
