#pragma once
// Convolutions by Winograd's minimal filtering (Winograd 1980; Lavin, Gray 2016), as Halide algorithms: tiles
// of outputs from products of transformed tiles of inputs with transformed weights. The algorithm is here,
// the default schedule in schedule/rules.

#include "compiler/codegen/few_channels.h"
#include "compiler/passes/plan.h"

namespace sganc {

/// F(m, r) = A [(G g) * (B d)]: m outputs y_i = sum over j < r of d_(i + j) g_j of n = m + r - 1 inputs d and
/// r taps g, by n multiplications. Made by Toom and Cook's way from the points 0, 1, -1, 1/2, -2 and
/// infinity, so n is at most 6.
struct MinimalFilter {
  using Matrix = std::vector<std::vector<double>>;
  Matrix output, taps, input;  // A {m, n}, G {n, r}, B {n, n}
};
MinimalFilter minimal_filter(int outputs, int taps);

/// conv and conv_backward_data. A stride makes a convolution of stride 1 of each of its phases: conv adds
/// them up, and each pixel of conv_backward_data is of one. As few_channels_kernel, but for the output's
/// dimensions, which are those of tiled_extents, innermost first: (c, fx, x, fy, y, b, block); `finish` is
/// given (c, x, y, n) all the same.
FewChannelsKernel winograd_kernel(const FewChannels& geometry, const Tiling& tiling, Halide::Func a,
                                  Halide::Func b, const Finish& finish, const Halide::Target& target);

}  // namespace sganc
