#pragma once
// The tensors of a written module.

#include "compiler/language/model.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

/// The variables that these functions read, under the names of the module's state. A kernel with a norm is
/// the kernel that the norm makes.
Tensors torch_weights(const Model& model, const std::vector<const Function*>& functions,
                      const Tensors& variables);

}  // namespace sganc
