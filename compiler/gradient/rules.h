#pragma once
// The gradient rule of each primitive.

#include <vector>

#include "compiler/graph/builder.h"

namespace sganc {

/// The gradient of the loss with respect to one operand of node `n`, where `dy` is the gradient with respect
/// to its result.
using OperandRule = Value (*)(Builder& b, Value n, Value dy);

/// One rule for each operand, or nullptr if no gradient flows to it. Empty for leaves.
const std::vector<OperandRule>& gradient_rules(Op op);

}  // namespace sganc
