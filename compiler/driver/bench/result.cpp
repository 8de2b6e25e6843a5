#include "compiler/driver/bench/result.h"

#include "compiler/driver/bench/spread.h"

namespace sganc {
namespace {

/// Units of 10^9 per second.
double rate(double count, double ms) {
  return ms > 0 ? count / ms / 1e6 : 0;
}

}  // namespace

double gflops(const Timing& timing) {
  return rate(timing.flops, median(timing.ms));
}

double gflops(double flops, double ms) {
  return rate(flops, ms);
}

double gigabytes_per_second(const Timing& timing) {
  return rate(static_cast<double>(timing.bytes), median(timing.ms));
}

double images_per_second(const BenchResult& result, const Timing& timing) {
  return 1e9 * rate(static_cast<double>(result.images), median(timing.ms));
}

std::optional<double> product_share(const BenchResult& result, double flops, std::int64_t bytes, double ms) {
  const double product = median(result.product_gflops);
  if (flops <= static_cast<double>(bytes) || product <= 0) return {};
  return gflops(flops, ms) / product;
}

double product_ms(const BenchResult& result, double flops) {
  return flops / median(result.product_gflops) / 1e6;
}

double product_ratio(const BenchResult& result, const Timing& timing) {
  const bool computes = timing.flops > static_cast<double>(timing.bytes);
  return computes ? median(timing.ms) / product_ms(result, timing.flops) : 0;
}

const Timing* baseline(const BenchResult& result, const Timing& timing) {
  for (const auto& t : result.timings)
    if (t.variant == 0 && t.kernel == timing.kernel) return &t;
  return nullptr;
}

std::optional<Speedup> speedup(const BenchResult& result, const Timing& timing) {
  const Timing* first = baseline(result, timing);
  if (!first || timing.variant == 0) return {};
  return speedup(first->ms, timing.ms);
}

}  // namespace sganc
