#include <numeric>

#include "compiler/layers/normalized.h"

namespace sganc {
namespace {

/// (x - mean) / sqrt(variance + epsilon), and then a gain and a bias of each channel. Ba, Kiros, Hinton 2016.
Value layer_norm(LayerContext& c, Value x) {
  c.require_vectors("layer_norm", x);
  std::vector<int> axes(c.b.shape(x).size() - 1);
  std::iota(axes.begin(), axes.end(), 1);
  if (c.keys.text("axes") == "last") axes = {axes.back()};
  return with_gain_and_bias(c, normalized(c.b, x, axes, c.keys.number("epsilon")));
}

}  // namespace

extern const Layer layer_norm_layer{
    .name = "layer_norm",
    .description =
        "Gives each example mean 0 and standard deviation 1, then applies a gain and a bias "
        "for each channel.",
    .build = layer_norm,
    .keys = with_norm_keys({text("axes", "last: over the channels of each pixel; all: over the whole example")
                                .one_of({"last", "all"})
                                .defaulting(std::string("last"))}),
    .samples = {{{3, 20}},
                {{2, 3, 4, 5}},
                {{2, 4, 3, 17}, {{"axes", "all"}, {"epsilon", 0.1}}},
                {{2, 3, 4, 6}, {{"gain", false}, {"bias", false}}},
                {{3, 7}, {{"axes", "all"}, {"bias", false}}}}};

}  // namespace sganc
