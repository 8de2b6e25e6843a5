#pragma once
// Joins values.

#include <vector>

#include "compiler/layers/layer.h"

namespace sganc {

/// Joins values along the last axis. Throws ShapeError if they differ in another one.
Value concat(LayerContext& c, const std::vector<Value>& x);

}  // namespace sganc
