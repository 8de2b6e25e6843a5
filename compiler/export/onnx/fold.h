#pragma once
// Computes what depends on weights alone with the reference interpreter, so that a file holds plain weights
// in place of norms of weights.

#include "compiler/export/onnx/values.h"

namespace sganc {

/// The node's value, if all its operands are known and it depends on no batch.
std::optional<Held> folded(const OnnxValues& values, Value n);

}  // namespace sganc
