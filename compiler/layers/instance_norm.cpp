#include "compiler/layers/normalized.h"
#include "compiler/layers/windows.h"

namespace sganc {
namespace {

/// (x - mean) / sqrt(variance + epsilon), with the mean and the variance over the pixels of each channel of
/// each image, and then a gain and a bias of each channel. Ulyanov, Vedaldi, Lempitsky 2016.
Value instance_norm(LayerContext& c, Value x) {
  require_image("instance_norm", c.b.shape(x));
  return with_gain_and_bias(c, normalized(c.b, x, {1, 2}, c.keys.number("epsilon")));
}

}  // namespace

extern const Layer instance_norm_layer{
    .name = "instance_norm",
    .description =
        "Gives each channel of each image mean 0 and standard deviation 1 over its pixels, then applies a "
        "gain "
        "and a bias for each channel.",
    .build = instance_norm,
    .keys = with_norm_keys({}),
    .samples = {{{2, 3, 4, 5}}, {{2, 4, 3, 17}, {{"epsilon", 0.1}, {"gain", false}, {"bias", false}}}}};

}  // namespace sganc
