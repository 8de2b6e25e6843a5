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
std::string with(const std::string& text, int number) {
  return text + " " + std::to_string(number);
}

int largest_divisor(int extent, int limit) {
  for (int d = std::min(extent, std::max(limit, 1)); d > 1; --d)
    if (extent % d == 0) return d;
  return 1;
}

/// The tile of `extent` pixels that fits `limit`: a divisor where there is a good one, else one that covers
/// the extent with tiles of nearly the same size, the last shifted inwards.
int tile_of(int extent, int limit) {
  limit = std::max(1, std::min(limit, extent));
  const int divisor = largest_divisor(extent, limit);
  if (2 * divisor > limit) return divisor;
  const int tiles = (extent + limit - 1) / limit;
  return (extent + tiles - 1) / tiles;
}

/// Of rows of so many floats: one more line of 64 bytes where that makes them an odd number of lines, so that
/// the same channels of many rows do not meet in a few sets of a cache.
std::string apart(int floats) {
  constexpr int kLine = 16;
  return std::to_string((((floats + kLine - 1) / kLine) | 1) * kLine);
}

}  // namespace

VectorUnit vector_unit(const Halide::Target& target) {
  const bool many = target.has_feature(Halide::Target::AVX512_Skylake) ||
                    (target.arch == Halide::Target::ARM && target.bits == 64);
  return {target.natural_vector_size<float>(), many ? 32 : 16};
}

int lanes_for(int channels, const VectorUnit& unit) {
  return std::gcd(channels, unit.lanes);
}

// The evidence beside each rule is what `sganc bench models/mnist_stacked.toml --top 100` showed on 2 cores
// of an Intel Xeon with AVX-512, 2 threads, f32, means of 30 steps, beside 309 GFLOP/s of a 2048^3 matrix
// product by oneDNN 2.6.3 in the same run; oneDNN's figures by `--schedule onednn`. D is 1 -> 128 channels,
// 3x3, stride 2, 28x28; G is 128 -> 1 channels, 7x7, 28x28, batch 100.

// The sums of a tile of pixels times up to four vectors of channels stay in registers, while for each tap a
// pixel is broadcast. Where a row has few taps they are unrolled, and a pixel alone is a tile: its weights
// then stay in registers along the row, and what is left is to write the image. With more taps the compiler
// keeps all broadcasts, and spills. G data gradient with its mask: 5.4 ms, 181 GFLOP/s (59 %); oneDNN without
// the mask 7.4 ms. D forward with bias and leaky ReLU, batch 50, alone (`--kernel c/trunk.conv_1.forward`, of
// 8 interleaved repetitions): 0.119 ms, 191 GFLOP/s and 44 GB/s; with tiles of 7 pixels 0.177 ms, with all
// 128 channels at once 0.126 ms. Within a training step, where the image leaves the cache, no difference was
// seen.
KernelSchedule expand_schedule(const FewChannelsLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.channels, unit);
  const int vectors = largest_divisor(loops.channels / lanes, 4);
  const bool few_taps = loops.taps <= 4;
  const int pixels = few_taps ? 1 : tile_of(loops.width, (unit.registers - 4) / vectors);
  const std::string lanes_of_c = with("vectorize c", lanes);
  KernelSchedule schedule = {
      stage("output",
            {with("split x xo xi", pixels) + " shift_inwards", with("split c co ci", vectors * lanes),
             "reorder ci xi co xo y n", with("vectorize ci", lanes), "unroll ci", "unroll xi", "parallel n"}),
      stage("padded", {"compute_at output n", with("vectorize u", unit.lanes)}),
      stage("weights", {"compute_root"}),
      stage("sum", {"compute_at output co", lanes_of_c, "unroll c", "unroll x"}),
      stage("sum.update", {"reorder c x t ky y n", lanes_of_c, "unroll c", "unroll x"}),
  };
  if (few_taps) schedule.back().directives.push_back({"unroll t", {}});
  return schedule;
}

// Fourteen pixels' partial sums, a vector each, stay in registers over all taps and channels; the taps of a
// row share the pixels they load. Padded rows slide down the image, block of channels by block, so that a
// row's loads lie side by side. The lanes are summed last. G forward with bias and tanh: 5.4 ms, 183 GFLOP/s
// (59 %); oneDNN 47.5 ms. D data gradient, batch 100: 0.57 ms, 79 GFLOP/s (26 %); oneDNN 2.9 ms.
KernelSchedule contract_schedule(const FewChannelsLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.channels, unit);
  int pixels = tile_of(loops.width, 14 / loops.few);
  // Whole strides, so that an unrolled pixel knows its taps.
  if (loops.stride > 1) pixels = (pixels + loops.stride - 1) / loops.stride * loops.stride;
  const std::string lanes_of_v = with("vectorize v", lanes);
  return {
      stage("output", {with("split x xo xi", std::min(unit.lanes, loops.width)) + " shift_inwards",
                       "reorder xi c xo y n", "vectorize xi", "parallel n"}),
      stage("padded", {"store_at output n", "compute_at output y", "reorder v block x y n", lanes_of_v,
                       "unroll block"}),
      stage("weights", {"compute_root"}),
      stage("total", {"compute_at output y"}),
      stage("total.update", {with("split x xo xi", pixels), "reorder v c xi xo y n", "atomic", lanes_of_v,
                             "unroll c", "unroll xi"}),
      stage("partial", {"compute_at total.update xo", lanes_of_v, "unroll x", "unroll c"}),
      stage("partial.update",
            {"reorder v c x kx ky block y n", lanes_of_v, "unroll c", "unroll x", "unroll kx"}),
  };
}

// The sums of a row's taps times some vectors of channels stay in registers along a row of pixels; rows add
// up in one partial gradient a block of images, blocks run in parallel, and their sums add up in order. G
// weight gradient: 5.4 ms, 182 GFLOP/s (59 %); oneDNN 43.8 ms. D weight gradient with the sums of dy, batch
// 50: 0.26 ms, 87 GFLOP/s (28 %).
KernelSchedule weights_schedule(const FewChannelsLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.channels, unit);
  const int vectors = largest_divisor(loops.channels / lanes, std::min(4, (unit.registers - 4) / loops.taps));
  const std::string lanes_of_c = with("vectorize c", lanes);
  return {
      stage("total", {"compute_root", lanes_of_c}),
      stage("total.update", {"reorder c t b ky", lanes_of_c}),
      stage("partial", {"compute_root", lanes_of_c, "parallel b"}),
      stage("partial.update", {with("split c co ci", vectors * lanes), "reorder ci t ky y co image b",
                               with("vectorize ci", lanes), "unroll ci", "unroll t", "parallel b"}),
      stage("padded", {"compute_at partial.update image", with("vectorize u", unit.lanes)}),
      stage("row", {"compute_at partial.update ky", lanes_of_c, "unroll c", "unroll t"}),
      stage("row.update", {"reorder c t x ky y n", lanes_of_c, "unroll c", "unroll t"}),
  };
}

int winograd_panel(int channels, const VectorUnit& unit) {
  return std::gcd(channels, (unit.registers >= 32 ? 4 : 2) * unit.lanes);
}

int winograd_groups(int blocks, int phases) {
  return phases > 1 ? 1 : std::gcd(blocks, 4);
}

// The sums of 6 tiles times a panel of channels stay in registers over all channels that are read: 24 vectors
// of 32, and what is left for the weights. Tiles and products of a block of images stay in the second-level
// cache, products of one phase after the other where the phases are those of what is written, tiles of one
// after the other where they are those of what is read. Evidence, beside a schedule that says fewer_products
// = "onednn", in turns, 334 GFLOP/s of matrix product, G's transposed convolution of 128 -> 128 channels,
// 4x4, stride 2, 14x14 -> 28x28, batch 100: forward with bias and leaky ReLU 19.7 ms, oneDNN 39.2; data
// gradient with that of the leaky ReLU 21.7, oneDNN 28.2 without. The same within noise: tiles of 3 instead
// of 5 outputs (half the weights, 1.2 times the products), blocks of 5 instead of 10 images, products of one
// panel or of both phases of a row at once, rows of all channels of a tile before its columns.
KernelSchedule winograd_schedule(const WinogradLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.panel, unit);
  const std::string of_c = with("vectorize c", lanes), of_k = with("vectorize k", lanes);
  const std::string of_ci = with("vectorize ci", lanes);
  const std::string panels = with("split c panel ci", loops.panel);
  // an update may not compute a row twice
  const std::string rows = loops.up ? with("split i rows row", std::min(6, loops.tiles)) + " shift_inwards"
                                    : with("split i rows row", largest_divisor(loops.tiles, 6));
  const std::string product = loops.up ? "product" : "product.update";
  KernelSchedule s{
      stage("output", {"reorder c x y b fx fy block", of_c, "parallel block"}),
      stage("packed", {"compute_root", "reorder kx ky k c", "parallel c"}),
      stage("weights", {"compute_root", "reorder px py ci k panel fx fy", of_ci, "unroll px", "unroll py",
                        "parallel k"}),
      stage("tile_row", {"compute_at tiles k", "reorder px e k", of_k, "unroll px", "unroll e"}),
      stage("tiles", {loops.up ? "compute_at output block" : "compute_at product.update rx",
                      "reorder px py k i fx fy", of_k, "unroll px", "unroll py"}),
      stage(product,
            {panels, rows, std::string("reorder ci row rows panel px py") + (loops.up ? "" : " rx ry"), of_ci,
             "unroll ci", "unroll row"}),
      stage("sum", {"compute_at " + product + " rows", of_c, "unroll c", "unroll i"}),
      stage("sum.update", {"reorder c i r px py", of_c, "unroll c", "unroll i"}),
      stage("inverse_row", {"compute_at inverse c", with("split jx tx ox", loops.tile), "reorder ox e tx c",
                            of_c, "unroll ox", "unroll e"}),
      stage("inverse",
            {"compute_at output b", with("split jx tx ox", loops.tile), with("split jy ty oy", loops.tile),
             "reorder ox oy c tx ty b", of_c, "unroll ox", "unroll oy"}),
  };
  if (loops.up)
    s[5].directives.insert(s[5].directives.begin(), {"compute_at output fx", {}});
  else
    s.push_back(stage("product", {"compute_at output block", of_c}));
  return s;
}

// The sums of 4 channels of x times a panel of channels of y stay in registers over the tiles of a block,
// whose tiles of a phase stay in the second-level cache. The same layer and run: 25.2 ms and 1.1 for the sum
// of the bias's gradient, oneDNN 36.5 with it. The same within noise: gradients' tiles made anew for each
// phase. The odd number of lines between tiles took 5 % of one thread's time away (48.9 to 46.4 ms, in
// turns), between gradients nothing.
KernelSchedule winograd_weights_schedule(int rows, int channels, const VectorUnit& unit) {
  const int panel = winograd_panel(channels, unit), lanes = lanes_for(panel, unit);
  const std::string of_c = with("vectorize c", lanes), of_k = with("vectorize k", lanes_for(rows, unit)),
                    of_gradient = with("vectorize k", lanes);
  return {
      stage("output", {"split k ko ki 1", "reorder kx ky c ki ko", of_c, "parallel ko"}),
      stage("inverse_row", {"compute_at output ko", "reorder jx e c", of_c, "unroll jx", "unroll e"}),
      stage("inverse", {"compute_at output ko", "reorder jx jy c", of_c, "unroll jx", "unroll jy"}),
      stage("partial", {"compute_root", "fuse fx fy phase", "fuse phase group task", of_c, "parallel task"}),
      stage("partial.update",
            {with("split c panel ci", panel), with("split k rows row", std::gcd(rows, 4)),
             "reorder ci row rows panel px py b fx fy group", "fuse fx fy phase", "fuse phase group task",
             with("vectorize ci", lanes), "unroll ci", "unroll row", "parallel task"}),
      stage("sum", {"compute_at partial.update rows", of_c, "unroll c", "unroll k"}),
      stage("sum.update", {"reorder c k r px py", of_c, "unroll c", "unroll k"}),
      stage("gradient_row",
            {"compute_at gradients k", "reorder px e k", of_gradient, "unroll px", "unroll e"}),
      stage("gradients", {"compute_root", "reorder px py k i block", of_gradient, "unroll px", "unroll py",
                          "parallel block"}),
      stage("tile_row", {"compute_at tiles k", "reorder px e k", of_k, "unroll px", "unroll e"}),
      stage("tiles", {"compute_at partial.update b", "reorder px py k i", of_k, "unroll px", "unroll py",
                      "align_storage k " + apart(rows)}),
  };
}

StageSchedule bias_column_schedule(int width, const VectorUnit& unit) {
  return stage("bias_column.update", {"reorder c x y n", with("vectorize x", lanes_for(width, unit))});
}

}  // namespace sganc
