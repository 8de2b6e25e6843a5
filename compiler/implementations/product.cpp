#include "compiler/implementations/product.h"

namespace sganc {

bool Product::is_plain() const {
  return is_convolution() && node.attributes.groups == 1 &&
         node.attributes.dilations == Attributes{}.dilations;
}

ConvolutionGeometry Product::geometry() const {
  ConvolutionGeometry g{.op = node.op,
                        .strides = node.attributes.strides,
                        .pads = node.attributes.pads,
                        .dilations = node.attributes.dilations,
                        .groups = node.attributes.groups};
  const Shape& a = function.node(node.operands[0]).type.shape;
  const Shape& b = function.node(node.operands[1]).type.shape;
  if (node.op == Op::conv) g.x = a, g.w = b, g.y = node.type.shape;
  if (node.op == Op::conv_backward_data) g.y = a, g.w = b, g.x = node.type.shape;
  if (node.op == Op::conv_backward_weights) g.x = a, g.y = b, g.w = node.type.shape;
  return g;
}

}  // namespace sganc
