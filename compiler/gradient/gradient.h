#pragma once
// Reverse-mode differentiation by the primitives' rules, only along the paths that reach the given values,
// and the training functions made with it.

#include <vector>

#include "compiler/graph/builder.h"
#include "compiler/language/model.h"

namespace sganc {

/// Returns the gradient of `loss`, a scalar, with respect to each of `with_respect_to`, or Value{-1} if the
/// loss does not depend on it. Adds nodes at the end of the function, and only nodes that these gradients
/// need.
std::vector<Value> gradient(Builder& builder, Value loss, const std::vector<Value>& with_respect_to);

/// Makes each update's function write the gradient of each weight that it trains to the variable
/// "gradient.NAME". Adds a function "UPDATE.apply", in which the update's optimizer changes the weights. If
/// the loss of an update depends on none of its weights, adds an error at its `train`.
void add_training(Module& module, const Model& model, Diagnostics& diagnostics);

}  // namespace sganc
