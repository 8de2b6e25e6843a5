#include "compiler/implementations/amx_schedule.h"

#include <algorithm>

namespace sganc {

// A task makes the copy of one image, its sums and its output, which stay in the second-level cache.
// Evidence, by `sganc bench models/mnist_stacked.toml --schedule bf16 --top 30` on 2 cores of an Intel Xeon
// with AMX, for 128 -> 128 channels, 4x4, stride 2, batch 100: from 14x14 to 28x28 9.5 ms, 1080 GFLOP/s
// (pairs of bf16 by Winograd's filtering 37, f32 24); from 28x28 to 14x14 6.0 ms (oneDNN 2.6.3 in bf16 6.0
// to 9.7, f32 25).
KernelSchedule amx_schedule(int channels, int others, const VectorUnit& unit) {
  const auto of_c = with("vectorize c", lanes_for(channels, unit));
  const auto of_ci = with("vectorize ci", lanes_for(16, unit));
  return {stage("output", {of_c, "parallel n"}),
          stage("weights", {"compute_root", "reorder p ci tap row", "unroll p", of_ci, "parallel row"}),
          stage("padded", {"compute_at output n", with("vectorize k", lanes_for(others, unit))}),
          stage("sum", {"compute_at output n"})};
}

// A task makes the copies of a block of images at a time, and adds up its sums. The same layer takes 11 to 16
// ms (pairs by Winograd's filtering 42 to 45, f32 31).
KernelSchedule amx_weights_schedule(int channels, int others, const VectorUnit& unit) {
  const auto of_c = with("vectorize c", lanes_for(channels, unit));
  return {stage("output", {"parallel c"}),
          stage("total", {"compute_root", of_c, "parallel tap"}),
          stage("partial", {"compute_root", of_c, "parallel group"}),
          stage("partial.update", {"reorder c k tap b group", of_c, "parallel group"}),
          stage("sum", {"compute_at partial.update b"}),
          stage("transposed", {"compute_at partial.update b"}),
          stage("padded", {"compute_at partial.update b", with("vectorize k", lanes_for(others, unit))}),
          stage("gradients",
                {"compute_at partial.update b", "unroll p", with("vectorize ci", lanes_for(16, unit))})};
}

// The generator's last layer, 128 -> 1 channel, 7x7, 28x28, batch 100, in one run: forward 3.8 ms, data
// gradient 2.9, weights 4.4; few_channels in f32 5.9, 6.7 and 5.1 to 6.4.
KernelSchedule amx_expand_schedule(int channels, int run, const VectorUnit& unit) {
  const auto of_c = with("vectorize c", lanes_for(channels, unit));
  const auto of_ci = with("vectorize ci", lanes_for(16, unit));
  return {
      stage("output", {of_c, "parallel n"}),
      stage("weights", {"compute_root", "unroll p", of_ci, "parallel row"}),
      stage("padded", {"compute_at output n"}),
      stage("patches", {"compute_at output n", with("split t row tap", run), "vectorize tap", "unroll row"}),
      stage("sum", {"compute_at output n"})};
}

KernelSchedule amx_contract_schedule(int width, int channels, const VectorUnit& unit) {
  const auto of_k = with("vectorize k", lanes_for(channels, unit));
  return {stage("output", {with("split x xo xi", std::min(width, unit.lanes)) + " shift_inwards",
                           "reorder xi c xo y n", "vectorize xi", "parallel n"}),
          stage("weights", {"compute_root", of_k}), stage("padded", {"compute_at output n", of_k}),
          stage("pairs", {"compute_at output n"}), stage("sum", {"compute_at output n"})};
}

KernelSchedule amx_few_weights_schedule(int taps, int channels, int run, const VectorUnit& unit) {
  const auto of_t = with("vectorize t", lanes_for(taps, unit));
  return {stage("output", {"parallel o"}),
          stage("total", {"compute_root", of_t}),
          stage("partial", {"compute_root", of_t, "parallel group"}),
          stage("partial.update", {"reorder t k b group", of_t, "parallel group"}),
          stage("sum", {"compute_at partial.update b"}),
          stage("transposed", {"compute_at partial.update b"}),
          stage("copy", {"compute_at partial.update b", with("vectorize k", lanes_for(channels, unit))}),
          stage("padded", {"compute_at partial.update b"}),
          stage("patches", {"compute_at partial.update b", with("split ci co lane", run),
                            "reorder p lane co row n", "vectorize lane", "unroll p", "unroll co"})};
}

}  // namespace sganc
