#pragma once
// What the layers with a kernel share: how it begins, and the bias behind it.

#include "compiler/layers/layer.h"

namespace sganc {

/// A layer's own keys, and behind them `bias`, `initializer` and `deviation`.
std::vector<Key> with_kernel_keys(std::vector<Key> own);

/// How a kernel begins by the key `initializer`, where an output is a sum over `inputs` and an input goes
/// into `outputs` of them. Throws UserError at a `deviation` that the initializer does not read.
Initializer kernel_initializer(const Keys& keys, std::int64_t inputs, std::int64_t outputs);

/// y, and the layer's bias of each channel (the last axis) where the key `bias` asks for one.
Value with_bias(LayerContext& c, Value y);

}  // namespace sganc
