#include "compiler/schedule/rules.h"

#include <algorithm>
#include <numeric>

namespace sganc {
namespace {

StageSchedule stage(std::string name, const std::vector<std::string>& directives) {
  StageSchedule result{std::move(name), {}};
  for (const auto& text : directives) result.directives.push_back({text, {}});
  return result;
}

/// "split x xo xi 14 ...", and other directives that end in a number.
std::string with(const std::string& text, int number) { return text + " " + std::to_string(number); }

int largest_divisor(int extent, int limit) {
  for (int d = std::min(extent, std::max(limit, 1)); d > 1; --d)
    if (extent % d == 0) return d;
  return 1;
}

/// The tile of `extent` pixels that fits `limit`: a divisor where there is a good one, else one that covers the extent
/// with tiles of nearly the same size, the last shifted inwards.
int tile_of(int extent, int limit) {
  limit = std::max(1, std::min(limit, extent));
  const int divisor = largest_divisor(extent, limit);
  if (2 * divisor > limit) return divisor;
  const int tiles = (extent + limit - 1) / limit;
  return (extent + tiles - 1) / tiles;
}

}  // namespace

VectorUnit vector_unit(const Halide::Target& target) {
  const bool many = target.has_feature(Halide::Target::AVX512_Skylake) ||
                    (target.arch == Halide::Target::ARM && target.bits == 64);
  return {target.natural_vector_size<float>(), many ? 32 : 16};
}

int lanes_for(int channels, const VectorUnit& unit) { return std::gcd(channels, unit.lanes); }

KernelSchedule expand_schedule(const FewChannelsLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.channels, unit);
  const int vectors = largest_divisor(loops.channels / lanes, 4);
  const int pixels = tile_of(loops.width, (unit.registers - 4) / vectors);
  return {
      stage("output", {with("split x xo xi", pixels) + " shift_inwards", with("split c co ci", vectors * lanes),
                       "reorder ci xi co xo y n", with("vectorize ci", lanes), "unroll ci", "unroll xi",
                       "parallel n"}),
      stage("sum", {"compute_at output co", with("vectorize c", lanes), "unroll c", "unroll x"}),
      stage("sum.update", {"reorder c x t ky y n", with("vectorize c", lanes), "unroll c", "unroll x"}),
      stage("padded", {"compute_at output n", with("vectorize u", unit.lanes)}),
      stage("weights", {"compute_root"}),
  };
}

KernelSchedule contract_schedule(const FewChannelsLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.channels, unit);
  int pixels = tile_of(loops.width, std::max(1, 14 / loops.few));
  if (loops.stride > 1) pixels = (pixels + loops.stride - 1) / loops.stride * loops.stride;
  StageSchedule partial = stage("partial.update", {"reorder v c x kx ky block y n", with("vectorize v", lanes), "unroll c", "unroll x", "unroll kx"});
  return {
      stage("output", {"reorder c x y n", with("vectorize x", std::min(unit.lanes, loops.width)), "parallel n"}),
      stage("total", {"compute_at output y"}),
      stage("total.update", {with("split x xo xi", pixels), "reorder v c xi xo y n", "atomic", with("vectorize v", lanes), "unroll c", "unroll xi"}),
      stage("partial", {"compute_at total.update xo", with("vectorize v", lanes), "unroll x", "unroll c"}),
      partial,
      stage("padded", {"store_at output n", "compute_at output y", "reorder v block x y n", with("vectorize v", lanes), "unroll block"}),
      stage("weights", {"compute_root"}),
  };
}

KernelSchedule weights_schedule(const FewChannelsLoops& loops, const VectorUnit& unit, bool bias_stages) {
  const int lanes = lanes_for(loops.channels, unit);
  const int vectors = largest_divisor(loops.channels / lanes, std::max(1, std::min(4, (unit.registers - 4) / loops.taps)));
  (void)bias_stages;
  return {
      stage("partial", {"compute_root", "parallel b", with("vectorize c", lanes)}),
      stage("partial.update", {with("split c co ci", vectors * lanes), "reorder ci t ky y co image b", with("vectorize ci", lanes), "unroll ci", "unroll t", "parallel b"}),
      stage("row", {"compute_at partial.update ky", with("vectorize c", lanes), "unroll c", "unroll t"}),
      stage("row.update", {"reorder c t x ky y n", with("vectorize c", lanes), "unroll c", "unroll t"}),
      stage("padded", {"compute_at partial.update image", with("vectorize u", unit.lanes)}),
      stage("total", {"compute_root", with("vectorize c", lanes)}),
      stage("total.update", {"reorder c t b ky", with("vectorize c", lanes)}),
  };
}

}  // namespace sganc
