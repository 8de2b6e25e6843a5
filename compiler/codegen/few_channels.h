#pragma once
// Convolutions one of whose sides has few channels, as Halide algorithms: the first layer of a discriminator
// (1 -> 128, 3x3, stride 2) and the last of a generator (128 -> 1, 7x7), forward and both gradients. The
// algorithm is here, the default schedule in schedule/rules.

#include <Halide.h>

#include <functional>
#include <vector>

#include "compiler/graph/op.h"
#include "compiler/schedule/apply.h"
#include "compiler/schedule/schedule.h"

namespace sganc {

/// `op` is conv, conv_backward_data or conv_backward_weights; x {n, h, w, i}, w {o, i, kh, kw}, y {n, oh, ow,
/// o} are the forward convolution's shapes; strides and pads as in Attributes.
struct FewChannels {
  Op op = Op::conv;
  Shape x, w, y;
  std::vector<std::int64_t> strides, pads;
};

/// What happens to each sum before it is stored (bias, activation, a mask): a function of the sum and of the
/// coordinates (innermost first: c, x, y, n), one expression for each output.
using Finish =
    std::function<std::vector<Halide::Expr>(Halide::Expr sum, const std::vector<Halide::Expr>& coordinates)>;

struct FewChannelsKernel {
  std::vector<NamedFunc> funcs;     // "output" is the first; the last to be computed
  Halide::Func output;              // dimensions innermost first: (c, x, y, n), or (kx, ky, i, o) for weights
  KernelSchedule default_schedule;  // from rules over shape and target
};

/// `a` and `b` are the op's operands in its order, as Halide sees them: dimension 0 is the innermost.
/// Image operands are read within bounds only; padding is zero. `bias_sum`, where not null and op is
/// conv_backward_weights, is set to a Func of the sums of y over n, oh, ow (one an output channel), computed
/// along. An element of the output may be computed twice, so no output may share memory with what `finish`
/// reads.
FewChannelsKernel few_channels_kernel(const FewChannels& geometry, Halide::Func a, Halide::Func b,
                                      const Finish& finish, const Halide::Target& target,
                                      Halide::Func* bias_sum = nullptr);

}  // namespace sganc
