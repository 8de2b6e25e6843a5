#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// Convolution of an image (NHWC) with padding `same` as TensorFlow defines it. W is (filters, inputs,
/// height, width).
Value conv(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  if (in.size() != 4) throw ShapeError("conv needs an image, but its input is " + to_string(in));
  const auto kernel = c.keys.integers("kernel");
  const std::int64_t filters = c.keys.integer("filters"), area = kernel[0] * kernel[1];
  const Value w = c.weight("weight", {filters, in[3], kernel[0], kernel[1]},
                           glorot_uniform(in[3] * area, filters * area));
  const Value y = c.b.conv(x, w, same_convolution(in, kernel, c.keys.integers("stride")));
  if (!c.keys.flag("bias")) return y;
  return c.b.add(y, c.b.broadcast_leading(c.weight("bias", {filters}, {}), Shape(c.b.shape(y))));
}

}  // namespace

extern const Layer conv_layer{
    .name = "conv",
    .description = "A convolution with padding `same`: an output for every `stride` pixels.",
    .build = conv,
    .keys = {integer("filters", "output channels").from(1),
             integers("kernel", "height and width of the kernel, or one number for both")
                 .from(1)
                 .of_length(2)
                 .or_one(),
             integers("stride", "step down and right, or one number for both")
                 .from(1)
                 .of_length(2)
                 .or_one()
                 .defaulting(std::vector<std::int64_t>{1, 1}),
             boolean("bias", "whether a bias is added").defaulting(true)},
    .samples = {{{2, 7, 6, 3}, {{"filters", 5}, {"kernel", std::vector<std::int64_t>{3, 3}}}},
                {{2, 9, 8, 1},
                 {{"filters", 20},
                  {"kernel", std::vector<std::int64_t>{3, 3}},
                  {"stride", std::vector<std::int64_t>{2, 2}}}},
                {{2, 6, 6, 20}, {{"filters", 1}, {"kernel", std::vector<std::int64_t>{5, 5}}}},
                {{1, 5, 7, 6},
                 {{"filters", 8},
                  {"kernel", std::vector<std::int64_t>{1, 3}},
                  {"stride", std::vector<std::int64_t>{1, 2}},
                  {"bias", false}}}}};

}  // namespace sganc
