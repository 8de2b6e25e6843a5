#include "compiler/implementations/few_channels_schedule.h"

#include <algorithm>

namespace sganc {

// The evidence beside each rule is what `sganc bench models/mnist_stacked.toml --top 100` showed on 2 cores
// of an Intel Xeon with AVX-512: 2 threads, f32, means of 30 steps. A 2048^3 matrix product by oneDNN 2.6.3
// reached 309 GFLOP/s in the same run; oneDNN's figures are by `--schedule onednn`. D is 1 -> 128 channels,
// 3x3, stride 2, 28x28; G is 128 -> 1 channels, 7x7, 28x28, batch 100. On 2 cores of an AMD Zen 4 the three
// kernels of G took 24 ms of a step in f32, 18 in bf16 by pairs, and 12.5 with images stored in bf16.

// The sums of a tile of pixels times up to four vectors of channels stay in registers, while for each tap a
// pixel is broadcast. If a row has few taps, they are unrolled and a tile is a single pixel: its weights then
// stay in registers along the row, and what remains is to write the image. With more taps unrolled the
// compiler keeps all broadcasts in registers, and spills. G data gradient with its mask: 5.4 ms, 181 GFLOP/s
// (59 %); oneDNN without the mask 7.4 ms. D forward with bias and leaky ReLU, batch 50, alone (`--kernel
// c/trunk.conv_1.forward`, of 8 interleaved repetitions): 0.119 ms, 191 GFLOP/s and 44 GB/s; with tiles of 7
// pixels 0.177 ms, with all 128 channels at once 0.126 ms. Within a training step, where the image leaves the
// cache, no difference was seen.
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
      stage("weights", {"compute_root", "unroll p"}),
      stage("sum", {"compute_at output co", lanes_of_c, "unroll c", "unroll x"}),
      sum_up("sum.update", loops.pairs, {"reorder p c x t ky y n", lanes_of_c, "unroll c", "unroll x"}),
  };
  if (few_taps) schedule.back().directives.push_back({"unroll t", {}});
  return schedule;
}

// The partial sums of fourteen pixels, a vector each, stay in registers over all taps and channels; the taps
// of a row share the pixels that they load. Padded rows slide down the image, block of channels by block, so
// that the loads of a row lie side by side. The lanes are summed last. G forward with bias and tanh: 5.4 ms,
// 183 GFLOP/s (59 %); oneDNN 47.5 ms. D data gradient, batch 100: 0.57 ms, 79 GFLOP/s (26 %); oneDNN 2.9 ms.
KernelSchedule contract_schedule(const FewChannelsLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.channels / (loops.pairs ? 2 : 1), unit);
  int pixels = tile_of(loops.width, 14 / loops.few);
  // Whole strides, so that the taps of an unrolled pixel are known.
  if (loops.stride > 1) pixels = (pixels + loops.stride - 1) / loops.stride * loops.stride;
  const std::string lanes_of_v = with("vectorize v", lanes);
  return {
      stage("output", {with("split x xo xi", std::min(unit.lanes, loops.width)) + " shift_inwards",
                       "reorder xi c xo y n", "vectorize xi", "parallel n"}),
      stage("padded", {"store_at output n", "compute_at output y", "reorder v block x y n", lanes_of_v,
                       "unroll v", "unroll block"}),
      stage("weights", {"compute_root"}),
      stage("total", {"compute_at output y"}),
      stage("total.update", {with("split x xo xi", pixels), "reorder v c xi xo y n", "atomic", lanes_of_v,
                             "unroll c", "unroll xi"}),
      stage("partial", {"compute_at total.update xo", lanes_of_v, "unroll x", "unroll c"}),
      sum_up("partial.update", loops.pairs,
             {"reorder p v c x kx ky block y n", lanes_of_v, "unroll c", "unroll x", "unroll kx"}),
  };
}

// The sums of a row's taps times some vectors of channels stay in registers along a row of pixels. The rows
// of a block of images add up in one partial gradient, the blocks run in parallel, and their sums add up in
// order. G weight gradient: 5.4 ms, 182 GFLOP/s (59 %); oneDNN 43.8 ms. D weight gradient with the sums of
// dy, batch 50: 0.26 ms, 87 GFLOP/s (28 %).
KernelSchedule weights_schedule(const FewChannelsLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.channels, unit);
  const int vectors = largest_divisor(loops.channels / lanes, std::min(4, (unit.registers - 4) / loops.taps));
  const std::string lanes_of_c = with("vectorize c", lanes);
  KernelSchedule schedule = {
      stage("total", {"compute_root", lanes_of_c}),
      stage("total.update", {"reorder c t b ky", lanes_of_c}),
      stage("partial", {"compute_root", lanes_of_c, "parallel b"}),
      stage("partial.update", {with("split c co ci", vectors * lanes), "reorder ci t ky y co image b",
                               with("vectorize ci", lanes), "unroll ci", "unroll t", "parallel b"}),
      stage("padded", {"compute_at partial.update image", with("vectorize u", unit.lanes)}),
      stage("row", {"compute_at partial.update ky", lanes_of_c, "unroll c", "unroll t"}),
      sum_up("row.update", loops.pairs, {"reorder p c t x ky y n", lanes_of_c, "unroll c", "unroll t"}),
  };
  if (loops.pairs)
    schedule.push_back(stage("pixels", {"compute_at partial.update y", "unroll p", lanes_of_c}));
  return schedule;
}

StageSchedule bias_column_schedule(int width, const VectorUnit& unit) {
  return stage("bias_column.update", {"reorder c x y n", with("vectorize x", lanes_for(width, unit))});
}

}  // namespace sganc
