#include "compiler/layers/convolution.h"

#include <algorithm>

namespace sganc {
namespace {

/// One extent of the result, if the extent of the input is `in`.
std::int64_t grown(const Keys& keys, std::size_t axis, std::int64_t in) {
  const std::int64_t stride = keys.integers("stride")[axis];
  const std::int64_t span = span_of(keys.integers("kernel")[axis], keys.integers("dilation")[axis]);
  if (!keys.is_word("padding")) return (in - 1) * stride + span - 2 * keys.integers("padding")[axis];
  return in * stride + (keys.text("padding") == "valid" ? std::max<std::int64_t>(0, span - stride) : 0);
}

/// The adjoint of the convolution that makes an image of this size from one about `stride` times as large. W
/// is (inputs, filters / groups, height, width). Zeiler, Krishnan, Taylor, Fergus 2010.
Value conv_transpose(LayerContext& c, Value x) {
  const Shape in = c.b.shape(x);
  require_convolvable("conv_transpose", c.keys, in);
  const auto kernel = c.keys.integers("kernel");
  const std::int64_t filters = c.keys.integer("filters");
  const Shape out = {in[0], grown(c.keys, 0, in[1]), grown(c.keys, 1, in[2]), filters};
  if (out[1] < 1 || out[2] < 1)
    throw ShapeError("conv_transpose with padding " + to_string(c.keys.integers("padding")) +
                     " leaves nothing of " + to_string(in));
  const std::int64_t groups = c.keys.integer("groups");
  if (groups > 1 && c.keys.text("norm") != "none")
    throw ShapeError("conv_transpose has " + c.keys.text("norm") + " only without groups");
  const Value w = kernel_of(c, {in[3], filters / groups, kernel[0], kernel[1]}, 1,
                            convolution_initializer(c.keys, in[3]));
  return with_bias(c, c.b.conv_backward_data(x, w, convolution_geometry(c.keys, out), out));
}

using Pair = std::vector<std::int64_t>;

}  // namespace

extern const Layer conv_transpose_layer{
    .name = "conv_transpose",
    .description = "A transposed convolution: the image grows by `stride`.",
    .build = conv_transpose,
    .keys =
        convolution_keys("the factors by which height and width grow",
                         "same: the image grows by `stride`; valid: to all pixels that the kernel reaches; a "
                         "number: to stride * (extent - 1) + kernel, less this many pixels on each side"),
    .samples = {{{2, 3, 4, 6}, {{"filters", 5}, {"kernel", Pair{4, 4}}, {"stride", Pair{2, 2}}}},
                {{2, 4, 3, 18}, {{"filters", 2}, {"kernel", Pair{3, 3}}, {"stride", Pair{2, 1}}}},
                {{1, 5, 5, 3}, {{"filters", 4}, {"kernel", Pair{3, 3}}, {"bias", false}}},
                {{2, 3, 4, 6},
                 {{"filters", 5}, {"kernel", Pair{4, 2}}, {"stride", Pair{2, 3}}, {"padding", "valid"}}},
                {{2, 4, 3, 17},
                 {{"filters", 1}, {"kernel", Pair{4, 4}}, {"stride", Pair{2, 2}}, {"padding", Pair{1, 2}}}},
                {{2, 4, 3, 6},
                 {{"filters", 4}, {"kernel", Pair{3, 3}}, {"stride", Pair{2, 1}}, {"dilation", Pair{1, 2}}}},
                {{2, 4, 3, 6},
                 {{"filters", 4},
                  {"kernel", Pair{3, 3}},
                  {"stride", Pair{2, 2}},
                  {"padding", Pair{1, 1}},
                  {"dilation", Pair{2, 1}},
                  {"groups", 2}}},
                {{2, 3, 3, 5}, {{"filters", 4}, {"kernel", Pair{4, 4}}, {"norm", "weight_norm"}}},
                {{2, 3, 3, 5}, {{"filters", 4}, {"kernel", Pair{4, 4}}, {"norm", "spectral_norm"}}}}};

}  // namespace sganc
