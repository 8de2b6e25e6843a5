#pragma once
// Reverse-mode differentiation over the primitives' rules, restricted to the paths that reach its targets,
// and the training functions made with it.

#include <vector>

#include "compiler/graph/builder.h"
#include "compiler/language/model.h"

namespace sganc {

/// d loss / d target for each target, where `loss` is a scalar; Value{-1} for a target that the loss does not
/// depend on. Nodes are added behind those that exist, and only where they lead to a target.
std::vector<Value> gradient(Builder& builder, Value loss, const std::vector<Value>& targets);

/// Turns each update's forward function into one that leaves the gradient of each weight it trains in the
/// variable "gradient.NAME", and adds a function "UPDATE.apply" in which the update's optimizer moves the
/// weights. An update whose loss depends on none of the weights it trains is an error at its `train`.
void add_training(Module& module, const Model& model, Diagnostics& diagnostics);

}  // namespace sganc
