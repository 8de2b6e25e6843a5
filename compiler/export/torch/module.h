#pragma once
// Writes nets as a Python module for PyTorch and the tensors that it loads.

#include "compiler/language/model.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

struct TorchSource {
  const Model& model;
  std::string producer;                    // and its version
  std::vector<std::string> classes;        // names
  std::vector<const Function*> functions;  // those that apply the nets, as evaluation does
  const Tensors& variables;                // those that the functions read
  /// What a function of the module gives: the name of a result, and the net that gives it.
  using Results = std::vector<std::pair<std::string, std::string>>;
  Results forward = {}, generate = {};
};

struct TorchFiles {
  std::string program;
  Tensors weights;  // under the names of the module's state
};

/// Throws UserError at a layer or net that PyTorch cannot say.
TorchFiles to_torch(const TorchSource& source);

}  // namespace sganc
