#pragma once
// Shared by the layers with a kernel: its initializer, its norm, and the bias after it.

#include "compiler/layers/layer.h"

namespace sganc {

/// A layer's own keys, followed by `bias`, `norm`, `gain`, `initializer` and `deviation`.
std::vector<Key> with_kernel_keys(std::vector<Key> own);

/// The initializer that the key `initializer` names. Each output is a sum over `inputs` elements, and each
/// input takes part in `outputs` outputs. Throws UserError for a `deviation` that the initializer does not
/// use.
Initializer kernel_initializer(const Keys& keys, double inputs, double outputs);

/// The layer's kernel: a weight of that shape, normalized as the key `norm` says. `outputs` is the axis of
/// the kernel's outputs.
///   none           the weight "weight"
///   weight_norm    "weight_g" v / |v| with v = "weight_v", of each output by itself. Salimans, Kingma 2016.
///   spectral_norm  "weight" / s, s being its largest singular value by one step of power iteration from the
///                  statistic "weight_u", as a matrix {outputs, all else}. Miyato et al. 2018, algorithm 1.
Value kernel_of(LayerContext& c, const Shape& shape, int outputs, Initializer initializer);

/// y plus the layer's bias for each channel (the last axis), if the key `bias` is true. With weight_norm the
/// first batch sets gain and bias such that each channel of the result has mean 0 and deviation 1.
Value with_bias(LayerContext& c, Value y);

}  // namespace sganc
