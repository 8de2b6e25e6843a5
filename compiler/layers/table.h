#pragma once
// Every layer, function and optimizer of the language, in the order in which the reference page shows them.

#include <span>

#include "compiler/layers/layer.h"

namespace sganc {

std::span<const Layer* const> all_layers();
std::span<const ExpressionFunction* const> all_functions();
std::span<const Optimizer* const> all_optimizers();

const Layer* find_layer(const std::string& name);
const ExpressionFunction* find_function(const std::string& name);
const Optimizer* find_optimizer(const std::string& name);

/// The words of the tables, as the language needs them to check a model file. Layers that are functions stand
/// among the functions too.
Vocabulary vocabulary();

}  // namespace sganc
