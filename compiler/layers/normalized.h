#pragma once
// Shared by the norms: mean 0 and deviation 1 over some axes, then a gain and a bias of each channel.

#include <vector>

#include "compiler/layers/layer.h"

namespace sganc {

/// (x - mean) / sqrt(variance + epsilon), with the mean and the variance over these axes, in ascending order.
Value normalized(Builder& b, Value x, const std::vector<int>& axes, double epsilon);

/// y times the weight "weight" plus the weight "bias" of each channel (the last axis), if the keys `gain` and
/// `bias` are true.
Value with_gain_and_bias(LayerContext& c, Value y);

/// A norm's own keys, followed by `epsilon`, `gain` and `bias`.
std::vector<Key> with_norm_keys(std::vector<Key> own);

}  // namespace sganc
