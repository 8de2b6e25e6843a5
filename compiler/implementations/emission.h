#pragma once
// The input and the output of an implementation's `emit`: a convolution as a Halide algorithm, with its
// default schedule.

#include <Halide.h>

#include <functional>
#include <vector>

#include "compiler/implementations/implementation.h"
#include "compiler/schedule/apply.h"

namespace sganc {

/// The epilogue: what happens to each sum before it is stored (bias, activation, a mask). A function of the
/// sum and its coordinates, innermost first: (c, x, y, n). It returns one expression for each output.
using Epilogue =
    std::function<std::vector<Halide::Expr>(Halide::Expr sum, const std::vector<Halide::Expr>& coordinates)>;

/// `a` and `b` are the operands of the op in its order. Their dimension 0 is the innermost axis, as always in
/// Halide.
struct EmitRequest {
  ConvolutionGeometry geometry;
  Tiling tiling;
  Precision precision = Precision::f32;  // of the numbers that are multiplied; sums are f32
  Halide::Func a, b;
  Epilogue epilogue;
  Halide::Target target;
  bool bias_sum = false;  // also computes the sums of y over n, oh, ow; for the gradient of weights
};

struct ConvolutionKernel {
  std::vector<NamedFunc> funcs;     // the first is "output", which is computed last
  Halide::Func output;              // dimensions innermost first: (c, x, y, n), or (kx, ky, i, o) for weights
  KernelSchedule default_schedule;  // made by rules from shape and target
  Halide::Func bias_sum = {};       // one number for each output channel, if requested
};

}  // namespace sganc
