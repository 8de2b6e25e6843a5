#include "compiler/layers/convolution.h"

namespace sganc {
namespace {

/// Convolution of an image (NHWC). W is (filters, inputs / groups, height, width).
Value conv(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  require_convolvable("conv", c.keys, in);
  const auto kernel = c.keys.integers("kernel");
  const Value w =
      kernel_of(c, {c.keys.integer("filters"), in[3] / c.keys.integer("groups"), kernel[0], kernel[1]}, 0,
                convolution_initializer(c.keys, in[3]));
  return with_bias(c, c.b.conv(x, w, convolution_geometry(c.keys, in)));
}

using Pair = std::vector<std::int64_t>;

}  // namespace

extern const Layer conv_layer{
    .name = "conv",
    .description = "A convolution with one output for every `stride` pixels.",
    .build = conv,
    .keys = convolution_keys("the pixels from one output to the next, down and right",
                             "same: one output for every `stride` pixels of the image; valid: no padding; a "
                             "number: this many pixels of zeros on each side"),
    .samples = {
        {{2, 7, 6, 3}, {{"filters", 5}, {"kernel", Pair{3, 3}}}},
        {{2, 9, 8, 1}, {{"filters", 20}, {"kernel", Pair{3, 3}}, {"stride", Pair{2, 2}}}},
        {{2, 6, 6, 20}, {{"filters", 1}, {"kernel", Pair{5, 5}}}},
        {{1, 5, 7, 6}, {{"filters", 8}, {"kernel", Pair{1, 3}}, {"stride", Pair{1, 2}}, {"bias", false}}},
        {{2, 8, 7, 3}, {{"filters", 5}, {"kernel", Pair{3, 4}}, {"padding", "valid"}}},
        {{2, 7, 7, 1},
         {{"filters", 16}, {"kernel", Pair{3, 3}}, {"stride", Pair{2, 2}}, {"padding", Pair{2, 0}}}},
        {{2, 5, 5, 4}, {{"filters", 1}, {"kernel", Pair{2, 2}}, {"padding", Pair{3, 3}}}},
        {{2, 9, 8, 3}, {{"filters", 6}, {"kernel", Pair{3, 2}}, {"dilation", Pair{2, 3}}}},
        {{2, 9, 9, 4},
         {{"filters", 6},
          {"kernel", Pair{3, 3}},
          {"stride", Pair{2, 1}},
          {"padding", "valid"},
          {"dilation", Pair{2, 2}},
          {"groups", 2}}},
        {{2, 6, 5, 16}, {{"filters", 16}, {"kernel", Pair{3, 3}}, {"groups", 16}}},
        {{2, 6, 5, 3},
         {{"filters", 6}, {"kernel", Pair{3, 3}}, {"stride", Pair{2, 2}}, {"groups", 3}, {"bias", false}}},
        {{2, 5, 4, 3}, {{"filters", 6}, {"kernel", Pair{3, 3}}, {"norm", "weight_norm"}}},
        {{2, 5, 4, 3},
         {{"filters", 6}, {"kernel", Pair{3, 3}}, {"norm", "spectral_norm"}, {"bias", false}}}}};

}  // namespace sganc
