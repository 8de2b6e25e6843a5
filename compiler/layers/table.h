#pragma once
// Every layer, function and optimizer of the language, in the order in which the reference page shows them.

#include <string>
#include <vector>

#include "compiler/layers/layer.h"

namespace sganc {

struct Tables {
  std::vector<const Layer*> layers;
  std::vector<const ExpressionFunction*> functions;
  std::vector<const Optimizer*> optimizers;
};

const Tables& tables();
inline const std::vector<const Layer*>& all_layers() {
  return tables().layers;
}
inline const std::vector<const ExpressionFunction*>& all_functions() {
  return tables().functions;
}
inline const std::vector<const Optimizer*>& all_optimizers() {
  return tables().optimizers;
}

/// The row of this name, or nullptr.
const Layer* find_layer(const std::string& name);
const ExpressionFunction* find_function(const std::string& name);
const Optimizer* find_optimizer(const std::string& name);
/// The reduction along named axes of the function or layer of this name, or nullptr if it has none.
AlongAxes find_along_axes(const std::string& name);

/// The words of these tables, with which the language checks model files and describes itself. Layers that
/// are functions are among the functions too.
Vocabulary vocabulary(const Tables& tables = sganc::tables());

}  // namespace sganc
