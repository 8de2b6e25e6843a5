#include "compiler/layers/layer.h"

#include <cmath>
#include <numbers>

namespace sganc {
namespace {

/// x times the normal distribution function of x, by its tanh approximation:
/// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). Hendrycks, Gimpel 2016.
Value gelu(LayerContext& c, Value x) {
  Builder& b = c.b;
  const Value cubic = b.multiply(b.multiply(b.multiply(x, x), x), 0.044715);
  const Value slope = b.multiply(b.add(x, cubic), std::sqrt(2 / std::numbers::pi));
  return b.multiply(b.multiply(x, 0.5), b.add(b.tanh(slope), 1.0));
}

}  // namespace

extern const Layer gelu_layer{.name = "gelu",
                              .description = "x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).",
                              .build = gelu,
                              .keys = {},
                              .samples = {{{2, 5, 5, 3}}, {{3, 7}}},
                              .is_function = true};

}  // namespace sganc
