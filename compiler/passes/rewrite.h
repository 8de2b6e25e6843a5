#pragma once
// Rebuilds a function node by node under a rule.

#include <functional>
#include <optional>

#include "compiler/graph/builder.h"

namespace sganc {

/// What stands for `node` in the new function, whose operands are values of the new function already; nothing
/// where the node stays as it is.
using Rewrite = std::function<std::optional<Value>(Builder&, const Node& node)>;

/// The function with every node put through the rule, in order; results follow.
Function rewrite(const Function& function, const Rewrite& rule);

}  // namespace sganc
