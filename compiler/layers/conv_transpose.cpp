#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The adjoint of the convolution with padding `same` that takes an image of stride times the size to this
/// one. W is (inputs, filters, height, width). Zeiler, Krishnan, Taylor, Fergus 2010.
Value conv_transpose(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  if (in.size() != 4) throw ShapeError("conv_transpose needs an image, but its input is " + to_string(in));
  const auto kernel = c.keys.integers("kernel"), stride = c.keys.integers("stride");
  const std::int64_t filters = c.keys.integer("filters"), area = kernel[0] * kernel[1];
  const Shape out = {in[0], in[1] * stride[0], in[2] * stride[1], filters};
  const Value w = c.weight("weight", {in[3], filters, kernel[0], kernel[1]},
                           glorot_uniform(in[3] * area, filters * area));
  const Value y = c.b.conv_backward_data(x, w, same_convolution(out, kernel, stride), out);
  if (!c.keys.flag("bias")) return y;
  return c.b.add(y, c.b.broadcast_leading(c.weight("bias", {filters}, {}), out));
}

}  // namespace

extern const Layer conv_transpose_layer{
    .name = "conv_transpose",
    .description = "A transposed convolution with padding `same`: the image grows by `stride`.",
    .build = conv_transpose,
    .keys = {integer("filters", "output channels").from(1),
             integers("kernel", "height and width of the kernel, or one number for both")
                 .from(1)
                 .of_length(2)
                 .or_one(),
             integers("stride", "growth down and right, or one number for both")
                 .from(1)
                 .of_length(2)
                 .or_one()
                 .defaulting(std::vector<std::int64_t>{1, 1}),
             boolean("bias", "whether a bias is added").defaulting(true)},
    .samples = {
        {{2, 3, 4, 6},
         {{"filters", 5},
          {"kernel", std::vector<std::int64_t>{4, 4}},
          {"stride", std::vector<std::int64_t>{2, 2}}}},
        {{2, 4, 3, 18},
         {{"filters", 2},
          {"kernel", std::vector<std::int64_t>{3, 3}},
          {"stride", std::vector<std::int64_t>{2, 1}}}},
        {{1, 5, 5, 3}, {{"filters", 4}, {"kernel", std::vector<std::int64_t>{3, 3}}, {"bias", false}}}}};

}  // namespace sganc
