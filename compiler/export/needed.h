#pragma once
// The nodes that values of a function depend on.

#include "compiler/reference/interpreter.h"

namespace sganc {

/// For each node of the function, whether one of the values depends on it.
std::vector<bool> needed_nodes(const Function& function, const std::vector<Value>& values);
std::vector<bool> needed_for_results(const Function& function);

/// The value, which must depend on variables alone.
Tensor value_of(const Function& function, Value v, const Tensors& variables);

/// The name of a net's variable, whether it stands for the weight or for its average.
std::string plain_name(const std::string& variable);

}  // namespace sganc
