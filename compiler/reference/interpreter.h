#pragma once
// The interpreter that defines the correct results. It evaluates functions node by node in double precision.
// Compiled code counts numbers below 1.2e-38, the denormals of f32, as zero; comparisons must allow for that.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compiler/graph/module.h"
#include "compiler/primitives/tensor.h"

namespace sganc {

using Tensors = std::map<std::string, Tensor>;

/// Says whether a product multiplies bf16 numbers: then its operands are rounded first. If empty, no product
/// does.
using InBf16 = std::function<bool(const Function& function, Value product)>;

/// Replaces a tensor by its sum over all ranks, which evaluate the same function at the same time. If empty,
/// there is one rank.
using SumOverRanks = std::function<void(Tensor& part)>;

/// Runs a function of a verified module. `inputs` binds inputs by name. `variables` holds the module's
/// variables: nodes read their values at the start, and results that name a variable change it at the end.
/// Returns all other results. Throws std::logic_error if a tensor is missing or has another type than its
/// leaf.
Tensors evaluate(const Module& module, const Function& function, const Tensors& inputs, Tensors& variables,
                 const InBf16& in_bf16 = {}, const SumOverRanks& sum = {});

/// The value of every node of the function, in their order.
std::vector<Tensor> evaluate_nodes(const Function& function, const Tensors& inputs, const Tensors& variables,
                                   const InBf16& in_bf16 = {}, const SumOverRanks& sum = {});

/// The initial value of every variable, from its initializer and the numbers u_i = random_uniform({seed, 0},
/// stream_of(name), i):
///   uniform  (2 u_i - 1) scale
///   normal   sqrt(-2 log(1 - u_2i)) cos(2 pi u_2i+1) scale
/// computed in double and rounded to float.
Tensors initial_variables(const Module& module, std::uint64_t seed);

}  // namespace sganc
