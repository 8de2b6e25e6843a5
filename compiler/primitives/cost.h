#pragma once
// The cost of a primitive, counted from its shapes.

#include "compiler/graph/module.h"

namespace sganc {

/// The multiply-adds of a product computed directly; 0 for every other primitive.
std::int64_t multiply_adds(const Function& function, const Node& node);

}  // namespace sganc
