#pragma once
// Makes every product a Halide kernel, since a C library has nothing else.

#include <map>
#include <string>

#include "compiler/graph/module.h"
#include "compiler/passes/pass.h"

namespace sganc {

/// The function with each matrix product as a convolution of 1x1 on images of one pixel, which kernels
/// compute.
Function with_products_as_convolutions(const Function& function);

/// A planned module, and the variables whose memory has the channels of a convolution's result innermost:
/// true for a convolution ({height, width, i, o}), false for a transposed one ({height, width, o, i}).
struct KernelPlan {
  PlannedModule planned;
  std::map<std::string, bool> channels_innermost;  // by name
};

/// Plans a module without a step of oneDNN: a product that the schedule leaves to oneDNN is computed by the
/// kernels for few channels, or else by the direct ones. Weights that only direct kernels read lie as these
/// read them, so that no call has to lay them out. Throws UserError, which names the layer, for a product
/// that no kernel computes.
KernelPlan plan_with_kernels(Module module, Schedule schedule, const TargetMachine& machine);

}  // namespace sganc
