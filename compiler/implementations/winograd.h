#pragma once
// Convolutions by Winograd's minimal filtering (Winograd 1980; Lavin, Gray 2016), as Halide algorithms. Tiles
// of inputs and the weights are transformed and multiplied; the products are transformed to tiles of outputs.

#include "compiler/implementations/emission.h"

namespace sganc {

/// For conv and conv_backward_data. The output has the dimensions of Implementation::written, innermost
/// first: channel c, phase fx, pixel x of the phase, phase fy, pixel y of the phase, image b of the block,
/// block. `epilogue` still gets (c, x, y, n).
ConvolutionKernel winograd_of_images(const EmitRequest& request);

/// For conv_backward_weights. The taps are the outputs of a filter whose own taps are a tile of y.
ConvolutionKernel winograd_of_weights(const EmitRequest& request);

}  // namespace sganc
