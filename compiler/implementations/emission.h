#pragma once
// What an implementation's kernel is made from, and what it is: a convolution as a Halide algorithm, with the
// schedule that it has where no file says another.

#include <Halide.h>

#include <functional>
#include <vector>

#include "compiler/implementations/implementation.h"
#include "compiler/schedule/apply.h"

namespace sganc {

/// What happens to each sum before it is stored (bias, activation, a mask): a function of the sum and of the
/// coordinates (innermost first: c, x, y, n), one expression for each output.
using Finish =
    std::function<std::vector<Halide::Expr>(Halide::Expr sum, const std::vector<Halide::Expr>& coordinates)>;

/// `a` and `b` are the op's operands in its order, as Halide sees them: dimension 0 is the innermost.
struct EmitRequest {
  ConvolutionGeometry geometry;
  Tiling tiling;
  Halide::Func a, b;
  Finish finish;
  Halide::Target target;
  bool bias_sum = false;  // computes the sums of y over n, oh, ow along; with the gradient of weights
};

struct ConvolutionKernel {
  std::vector<NamedFunc> funcs;     // "output" is the first; the last to be computed
  Halide::Func output;              // dimensions innermost first: (c, x, y, n), or (kx, ky, i, o) for weights
  KernelSchedule default_schedule;  // from rules over shape and target
  Halide::Func bias_sum = {};       // one number an output channel, where it was asked for
};

}  // namespace sganc
