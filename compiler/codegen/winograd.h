#pragma once
// Convolutions by Winograd's minimal filtering (Winograd 1980; Lavin, Gray 2016), as Halide algorithms: tiles
// of outputs from products of transformed tiles of inputs with transformed weights. The algorithm is here,
// the default schedule in schedule/rules.

#include "compiler/codegen/few_channels.h"
#include "compiler/passes/plan.h"

namespace sganc {

/// conv and conv_backward_data. As few_channels_kernel, but for the output's dimensions, which are those of
/// tiled_extents, innermost first: (c, fx, x, fy, y, b, block); `finish` is given (c, x, y, n) all the same.
FewChannelsKernel winograd_kernel(const FewChannels& geometry, const Tiling& tiling, Halide::Func a,
                                  Halide::Func b, const Finish& finish, const Halide::Target& target);

/// conv_backward_weights: the taps are the outputs of a filter whose own taps are a tile of y's gradient.
FewChannelsKernel winograd_weights_kernel(const FewChannels& geometry, const Tiling& tiling, Halide::Func x,
                                          Halide::Func y, const Halide::Target& target);

}  // namespace sganc
