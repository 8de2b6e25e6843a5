#pragma once
// Convolutions by Winograd's minimal filtering (Winograd 1980; Lavin, Gray 2016), as Halide algorithms: tiles
// of outputs from products of transformed tiles of inputs with transformed weights.

#include "compiler/implementations/emission.h"

namespace sganc {

/// conv and conv_backward_data. The output's dimensions are those of Implementation::written, innermost
/// first: (c, fx, x, fy, y, b, block); `finish` is given (c, x, y, n) all the same.
ConvolutionKernel winograd_of_images(const EmitRequest& request);

/// conv_backward_weights: the taps are the outputs of a filter whose own taps are a tile of y's gradient.
ConvolutionKernel winograd_of_weights(const EmitRequest& request);

}  // namespace sganc
