#pragma once
// Rebuilds a function node by node, as a rule says.

#include <functional>
#include <optional>

#include "compiler/graph/builder.h"

namespace sganc {

/// Returns the value that replaces `node` in the new function, or nothing to keep the node. The node's
/// operands are values of the new function.
using Rewrite = std::function<std::optional<Value>(Builder&, const Node& node)>;

/// Returns the function that results if the rule is applied to every node in order. Results refer to the new
/// values.
Function rewrite(const Function& function, const Rewrite& rule);

}  // namespace sganc
