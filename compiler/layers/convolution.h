#pragma once
// Shared by conv and conv_transpose: their keys, and the padding and groups that follow from them.

#include "compiler/layers/kernel.h"

namespace sganc {

/// The keys `filters`, `kernel`, `stride`, `padding`, `dilation`, `groups`, and with_kernel_keys.
std::vector<Key> convolution_keys(const std::string& stride, const std::string& padding);

/// Strides, pads, dilations and groups of a convolution of an image with the shape `x`. `padding` is "same"
/// or "valid" as TensorFlow defines them, or a number of pixels {height, width} on each side.
Attributes convolution_geometry(const Keys& keys, const Shape& x);

/// Throws ShapeError if x {n, h, w, c} is no image, or the groups do not divide its channels and the filters.
void require_convolvable(const std::string& layer, const Keys& keys, const Shape& x);

/// The initializer of the kernel. Its inputs and outputs are those of one group.
Initializer convolution_initializer(const Keys& keys, std::int64_t channels);

}  // namespace sganc
