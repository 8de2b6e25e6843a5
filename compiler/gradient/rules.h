#pragma once
// The gradient rule of each primitive.

#include <vector>

#include "compiler/graph/builder.h"

namespace sganc {

/// The gradient of the loss by one operand of node `n`, given that by its result, `dy`.
using OperandRule = Value (*)(Builder& b, Value n, Value dy);

/// One rule an operand; nullptr where no gradient flows to it. Empty for leaves.
const std::vector<OperandRule>& gradient_rules(Op op);

}  // namespace sganc
