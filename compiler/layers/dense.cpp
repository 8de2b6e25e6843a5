#include "compiler/layers/kernel.h"

namespace sganc {
namespace {

/// x W' + b for each row of x. W is (units, inputs).
Value dense(LayerContext& c, Value x) {
  if (c.b.shape(x).size() != 2)
    throw ShapeError("dense needs vectors, but its input is " + to_string(c.b.shape(x)) +
                     ": put a flatten before it");
  const std::int64_t inputs = c.b.shape(x)[1], units = c.keys.integer("units");
  const Value w =
      kernel_of(c, {units, inputs}, 0,
                kernel_initializer(c.keys, static_cast<double>(inputs), static_cast<double>(units)));
  return with_bias(c, c.b.matmul(x, w, false, true));
}

}  // namespace

extern const Layer dense_layer{
    .name = "dense",
    .description = "A fully connected layer, for vectors: a matrix product and a bias.",
    .build = dense,
    .keys = with_kernel_keys({integer("units", "the number of outputs").from(1)}),
    .samples = {{{3, 5}, {{"units", 4}}},
                {{2, 33}, {{"units", 17}, {"bias", false}}},
                {{4, 6}, {{"units", 5}, {"norm", "weight_norm"}}},
                {{4, 6}, {{"units", 5}, {"norm", "weight_norm"}, {"gain", false}}},
                {{4, 6}, {{"units", 5}, {"norm", "spectral_norm"}}}}};

}  // namespace sganc
