#include <algorithm>

#include "compiler/layers/normalized.h"

namespace sganc {
namespace {

/// (x - mean) / sqrt(variance + epsilon), and then a gain and a bias for each channel. In training, mean and
/// variance are taken over the batch and all pixels; in evaluation, they are the running statistics. Ioffe,
/// Szegedy 2015.
Value batch_norm(LayerContext& c, Value x) {
  Builder& b = c.b;
  c.require_vectors("batch_norm", x);
  const Shape shape = b.shape(x), channels = {shape.back()};
  const int last = static_cast<int>(shape.size()) - 1;
  std::vector<int> reduced;
  for (int axis = 0; axis < last; ++axis) reduced.push_back(axis);
  const double count = static_cast<double>(b.type(x).elements()) / static_cast<double>(shape.back());
  const auto at_each = [&](Value v) { return b.broadcast(v, shape, {last}); };

  const Value running_mean = c.statistic("running_mean", channels, {});
  const Value running_variance = c.statistic("running_var", channels, {Initializer::Kind::constant, 1});
  Value mean = running_mean, variance = running_variance;
  if (c.training) {
    const auto mean_of = [&](Value v) { return b.multiply(b.reduce_sum(v, reduced), 1 / count); };
    mean = mean_of(x);
    const Value centered = b.subtract(x, at_each(mean));
    variance = mean_of(b.multiply(centered, centered));
    const double kept = c.keys.number("momentum");
    const auto moved = [&](Value before, Value now, double scale) {
      return b.add(b.multiply(before, kept), b.multiply(now, (1 - kept) * scale));
    };
    c.move_running("running_mean", moved(running_mean, mean, 1));
    // the unbiased estimate of the variance
    c.move_running("running_var", moved(running_variance, variance, count / std::max(1.0, count - 1)));
  }
  const Value deviation = b.sqrt(b.add(variance, c.keys.number("epsilon")));
  return with_gain_and_bias(c, b.divide(b.subtract(x, at_each(mean)), at_each(deviation)));
}

}  // namespace

extern const Layer batch_norm_layer{
    .name = "batch_norm",
    .description =
        "Gives each channel mean 0 and standard deviation 1 over the batch, then applies a "
        "gain and a bias for each channel. Evaluation uses running means. An update moves "
        "the running means of the nets that it trains.",
    .build = batch_norm,
    .keys = with_norm_keys({number("momentum", "the part of the running means that remains each time")
                                .from(0)
                                .to(1)
                                .defaulting(0.99)}),
    .samples = {{{6, 5}},
                {{3, 4, 5, 17}},
                {{2, 4, 3, 1}, {{"momentum", 0.5}, {"epsilon", 0.1}}},
                {{4, 3, 3, 16}, {{"gain", false}, {"bias", false}}}}};

}  // namespace sganc
