#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// x if it is positive, else alpha (exp(x) - 1). The exponential is that of min(0, x), so that a large x does
/// not make it infinite and the gradient NaN.
Value exponential_linear(Builder& b, Value x, double alpha) {
  const Value zero = b.like(x, 0.0);
  const Value below = b.multiply(b.add(b.exp(b.minimum(zero, x)), -1.0), alpha);
  return b.select(b.greater(x, zero), x, below);
}

/// Clevert, Unterthiner, Hochreiter 2016.
Value elu(LayerContext& c, Value x) {
  return exponential_linear(c.b, x, c.keys.number("alpha"));
}

/// The constants are such that activations keep mean 0 and standard deviation 1. Klambauer, Unterthiner,
/// Mayr, Hochreiter 2017.
Value selu(LayerContext& c, Value x) {
  return c.b.multiply(exponential_linear(c.b, x, 1.6732632423543772), 1.0507009873554805);
}

}  // namespace

extern const Layer elu_layer{
    .name = "elu",
    .description = "x if x is positive, else alpha (exp(x) - 1).",
    .build = elu,
    .keys = {number("alpha", "the output approaches -alpha for negative inputs").from(0).defaulting(1.0)},
    .samples = {{{2, 5, 5, 3}, {{"alpha", 0.5}}}, {{3, 7}}},
    .is_function = true};

extern const Layer selu_layer{.name = "selu",
                              .description = "1.0507 x if x is positive, else 1.7581 (exp(x) - 1).",
                              .build = selu,
                              .keys = {},
                              .samples = {{{2, 5, 5, 3}}, {{3, 7}}},
                              .is_function = true};

}  // namespace sganc
