#include <numbers>

#include "compiler/layers/layer.h"

namespace sganc {
namespace {

/// The part of the way from `from` to `to` that is left before this step of the optimizer: from 1 to 0.
Value part_left(OptimizerContext& c, const Rate& rate) {
  Builder& b = c.b;
  const Value gone = b.divide(c.steps_since(rate.begin + 1), static_cast<double>(rate.end - rate.begin));
  const Value part = b.minimum(b.maximum(gone, 0.0), 1.0);
  if (rate.shape == "linear") return b.subtract(1.0, part);
  return b.multiply(b.add(b.cos(b.multiply(part, std::numbers::pi)), 1.0), 0.5);
}

}  // namespace

/// to + (from - to) left, times min(t / warmup, 1) in step t of the optimizer. Cosine: Loshchilov, Hutter
/// 2017, without restarts.
Value rate_of(OptimizerContext& c) {
  Builder& b = c.b;
  const Rate rate = c.keys.rate("rate");
  Value value = b.constant(rate.from, {});
  if (rate.shape != "constant") {
    const Value left = part_left(c, rate);
    value = b.add(b.multiply(left, rate.from - rate.to), rate.to);
  }
  if (rate.warmup == 0) return value;
  const Value grown = b.divide(c.steps(), static_cast<double>(rate.warmup));
  return b.multiply(value, b.minimum(grown, 1.0));
}

}  // namespace sganc
