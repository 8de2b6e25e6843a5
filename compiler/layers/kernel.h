#pragma once
// What the layers with a kernel share: how it begins, and the bias behind it.

#include "compiler/layers/layer.h"

namespace sganc {

/// A layer's own keys, and behind them `bias`, `norm`, `initializer` and `deviation`.
std::vector<Key> with_kernel_keys(std::vector<Key> own);

/// How a kernel begins by the key `initializer`, where an output is a sum over `inputs` and an input goes
/// into `outputs` of them. Throws UserError at a `deviation` that the initializer does not read.
Initializer kernel_initializer(const Keys& keys, double inputs, double outputs);

/// The layer's kernel as it is applied: a weight of that shape, normalized where the key `norm` says so.
/// `outputs` is the axis that counts the kernel's outputs.
///   none           the weight "weight"
///   weight_norm    "weight_g" v / |v| with v = "weight_v", of each output by itself. Salimans, Kingma 2016.
///   spectral_norm  "weight" / s, s being its largest singular value by one step of power iteration from the
///                  statistic "weight_u", as a matrix {outputs, all else}. Miyato et al. 2018, algorithm 1.
Value kernel_of(LayerContext& c, const Shape& shape, int outputs, Initializer initializer);

/// y, and the layer's bias of each channel (the last axis) where the key `bias` asks for one. With
/// weight_norm the first batch begins gain and bias such that each channel of the result has mean 0 and
/// deviation 1.
Value with_bias(LayerContext& c, Value y);

}  // namespace sganc
