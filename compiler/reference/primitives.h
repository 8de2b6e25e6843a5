#pragma once
// Computes each primitive in the slowest and most obvious way.

#include <span>

#include "compiler/graph/module.h"
#include "compiler/reference/tensor.h"

namespace sganc {

using Operands = std::span<const Tensor* const>;

/// The value of a node of a verified function. Throws std::logic_error for variables and inputs, whose values
/// the interpreter has. An unknown extent is taken from the operands.
Tensor evaluate_primitive(const Node& node, Operands operands);

// Structure: elements move, or the elements along some axes become one.
Tensor broadcast(const Node& node, Operands operands);
Tensor reduce_sum(const Node& node, Operands operands);
Tensor reduce_max(const Node& node, Operands operands);
Tensor view(const Node& node, Operands operands);
Tensor transpose(const Node& node, Operands operands);
Tensor pad(const Node& node, Operands operands);
Tensor slice(const Node& node, Operands operands);
/// An index outside of the table takes the nearest row.
Tensor gather(const Node& node, Operands operands);
Tensor scatter_add(const Node& node, Operands operands);

// Products: sums of products, over the definition of Convolution in runtime/program.h.
Tensor matmul(const Node& node, Operands operands);
Tensor conv(const Node& node, Operands operands);
Tensor conv_backward_data(const Node& node, Operands operands);
Tensor conv_backward_weights(const Node& node, Operands operands);

}  // namespace sganc
