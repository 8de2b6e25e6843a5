#pragma once
// What conv and conv_transpose share: their keys, and the padding and groups that these mean.

#include "compiler/layers/kernel.h"

namespace sganc {

/// `filters`, `kernel`, `stride`, `padding`, `dilation`, `groups`, and those of every kernel.
std::vector<Key> convolution_keys(const std::string& stride, const std::string& padding);

/// Strides, pads, dilations and groups of the convolution that takes an image like `x`, by the keys.
/// `padding` is "same" or "valid" as TensorFlow defines them, or so many pixels {height, width} on either
/// side.
Attributes convolution_geometry(const Keys& keys, const Shape& x);

/// Throws ShapeError where x {n, h, w, c} is no image, or the groups do not divide its channels and the
/// filters.
void require_convolvable(const std::string& layer, const Keys& keys, const Shape& x);

/// How the kernel begins: inputs and outputs are those of one group.
Initializer convolution_initializer(const Keys& keys, std::int64_t channels);

}  // namespace sganc
