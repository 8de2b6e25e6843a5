#pragma once
// A product (a convolution, one of its adjoints, or a matrix product), as implementations see it.

#include <cstdint>
#include <vector>

#include "compiler/graph/module.h"

namespace sganc {

/// `op` is conv, conv_backward_data or conv_backward_weights; x {n, h, w, i}, w {o, i / groups, kh, kw}, y
/// {n, oh, ow, o} are the forward convolution's shapes; all else as in Attributes.
struct ConvolutionGeometry {
  Op op = Op::conv;
  Shape x, w, y;
  std::vector<std::int64_t> strides, pads, dilations = {1, 1};
  std::int64_t groups = 1;
};

/// Refers to the function, which must outlive it.
struct Product {
  const Function& function;
  const Node& node;

  bool is_convolution() const { return node.op != Op::matmul; }
  /// A convolution without groups and dilations.
  bool is_plain() const;
  /// The geometry; only for a convolution.
  ConvolutionGeometry geometry() const;
};

}  // namespace sganc
