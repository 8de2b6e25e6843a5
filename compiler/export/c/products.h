#pragma once
// Makes every product a Halide kernel, since a C library has nothing else.

#include "compiler/graph/module.h"
#include "compiler/passes/pass.h"

namespace sganc {

/// The function with each matrix product as a convolution of 1x1 on images of one pixel, which kernels
/// compute.
Function with_products_as_convolutions(const Function& function);

/// Plans a module without a step of oneDNN: a product that the schedule leaves to oneDNN is computed by the
/// kernels for few channels, or else by the direct ones. Throws UserError, which names the layer, for a
/// product that no kernel computes.
PlannedModule plan_with_kernels(Module module, Schedule schedule, const TargetMachine& machine);

}  // namespace sganc
