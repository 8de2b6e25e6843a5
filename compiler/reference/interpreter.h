#pragma once
// The interpreter that defines truth: it evaluates functions node by node in double precision.

#include <map>
#include <string>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/reference/tensor.h"

namespace sganc {

using Tensors = std::map<std::string, Tensor>;

/// Runs a function of a verified module. `inputs` binds inputs by name; `variables` holds the module's
/// variables, all read as they were at the start and updated at the end by the results that name one. Returns
/// all other results. Throws std::logic_error where a tensor is missing or does not have the type of its
/// leaf.
Tensors evaluate(const Module& module, const Function& function, const Tensors& inputs, Tensors& variables);

/// The value of every node of the function, in their order.
std::vector<Tensor> evaluate_nodes(const Function& function, const Tensors& inputs, const Tensors& variables);

/// Every variable as its initializer says, by numbers u_i = random_uniform({seed, 0}, stream_of(name), i):
///   uniform  (2 u_i - 1) scale
///   normal   sqrt(-2 log(1 - u_2i)) cos(2 pi u_2i+1) scale
/// computed in double and rounded to float.
Tensors initial_variables(const Module& module, std::uint64_t seed);

}  // namespace sganc
