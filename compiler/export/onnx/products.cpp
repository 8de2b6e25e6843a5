// Products in ONNX. Images have their channels first there.

#include "compiler/export/onnx/rows.h"

namespace sganc {
namespace {

using Values = OnnxValues;
using Numbers = std::vector<std::int64_t>;

Held matmul(Values& c, Value n) {
  const Value a = operand(c, n, 0), b = operand(c, n, 1);
  c.label(b, c.node(n).origin.part + ".weight");
  std::vector<OnnxAttribute> settings;
  if (attributes(c, n).transpose_a) settings.push_back({"transA", std::int64_t{1}});
  if (attributes(c, n).transpose_b) settings.push_back({"transB", std::int64_t{1}});
  return {.name = c.graph.add("Gemm", {c.whole(a), c.whole(b)}, settings), .order = plain_order(2)};
}

std::vector<OnnxAttribute> geometry(const Values& c, Value n) {
  const Attributes& a = attributes(c, n);
  const Shape& w = c.node(operand(c, n, 1)).type.shape;
  return {{"kernel_shape", Numbers{w[2], w[3]}},
          {"strides", a.strides},
          {"pads", a.pads},
          {"dilations", a.dilations},
          {"group", a.groups}};
}

/// An image, and a kernel of weights.
std::vector<std::string> factors(Values& c, Value n) {
  const Value w = operand(c, n, 1);
  c.label(w, c.node(n).origin.part + ".weight");
  return {c.whole(operand(c, n, 0), channels_first(4)), c.whole(w)};
}

Held conv(Values& c, Value n) {
  return {.name = c.graph.add("Conv", factors(c, n), geometry(c, n)), .order = channels_first(4)};
}

/// The result may have more pixels below and to the right than the kernels reach.
Held conv_backward_data(Values& c, Value n) {
  const Attributes& a = attributes(c, n);
  const Shape &x = c.node(n).type.shape, &y = c.node(operand(c, n, 0)).type.shape,
              &w = c.node(operand(c, n, 1)).type.shape;
  Numbers more;
  for (std::size_t i = 0; i < 2; ++i)
    more.push_back(x[i + 1] + a.pads[i] + a.pads[i + 2] - (y[i + 1] - 1) * a.strides[i] -
                   span_of(w[i + 2], a.dilations[i]));
  std::vector<OnnxAttribute> settings = geometry(c, n);
  if (more != Numbers{0, 0}) settings.push_back({"output_padding", more});
  return {.name = c.graph.add("ConvTranspose", factors(c, n), settings), .order = channels_first(4)};
}

Held conv_backward_weights(Values& c, Value n) {
  refuse(c.node(n), "it is the gradient of a kernel");
}

constexpr OnnxRow kRows[] = {
    {Op::matmul, matmul},
    {Op::conv, conv},
    {Op::conv_backward_data, conv_backward_data},
    {Op::conv_backward_weights, conv_backward_weights},
};

}  // namespace

extern const OnnxRows product_rows{kRows};

}  // namespace sganc
