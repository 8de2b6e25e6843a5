#pragma once
// Rebuilds a function node by node by a rule.

#include <functional>
#include <optional>

#include "compiler/graph/builder.h"

namespace sganc {

/// Returns the value that replaces `node` in the new function, or nothing to keep the node. The node's
/// operands are values of the new function.
using Rewrite = std::function<std::optional<Value>(Builder&, const Node& node)>;

/// The function after the rule has seen every node in order. Results refer to the new values.
Function rewrite(const Function& function, const Rewrite& rule);

}  // namespace sganc
