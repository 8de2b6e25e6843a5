#include "compiler/implementations/direct_schedule.h"

#include <numeric>

namespace sganc {

int direct_panel(int channels, bool weights, const VectorUnit& unit) {
  return std::gcd(channels, (weights && unit.registers >= 32 ? 4 : 2) * unit.lanes);
}

// The sums of up to 14 pixels of a row times two vectors of channels stay in registers over all taps and
// channels; the weights of these channels are read from the second-level cache once for each such tile. An
// image in bf16, with its border of zeros, is made once for each task. If the image that is written has
// phases, their loops are unrolled, so that each phase has only the taps that it needs.
// Evidence, by `sganc bench models/mnist_stacked.toml --schedule bf16 --top 60` on 2 cores of an AMD Zen 4,
// for 128 -> 128 channels, 3x3, stride 2, 14x14 -> 7x7, batch 50: forward 1.9 ms, 385 GFLOP/s (oneDNN 2.6.3:
// 2.1 to 2.3); data gradient with that of the leaky ReLU 2.4 ms (oneDNN 2.1 to 2.3, and 0.5 for the leaky
// ReLU).
KernelSchedule direct_schedule(const DirectLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.panel, unit), vectors = loops.panel / lanes;
  const std::string of_ci = with("vectorize ci", lanes);
  const int pixels = tile_of(loops.width, (unit.registers - 4) / vectors);
  std::vector<std::string> output = {with("split c panel ci", loops.panel),
                                     with("split x xo xi", pixels) + " shift_inwards",
                                     std::string("reorder ci xi xo y panel") + (loops.up ? " fx fy n" : " n"),
                                     of_ci,
                                     "unroll ci",
                                     "unroll xi",
                                     "parallel n"};
  std::vector<std::string> update = {"reorder p ci x k kx ky", of_ci, "unroll ci", "unroll x"};
  if (loops.up) {
    output.insert(output.end(), {"unroll fx", "unroll fy"});
    update.insert(update.end(), {"unroll kx", "unroll ky"});
  }
  KernelSchedule schedule = {
      stage("output", output),
      stage("padded", {"compute_at output n", with("vectorize k", lanes_for(loops.channels, unit))}),
      stage("sum", {"compute_at output xo", of_ci, "unroll ci", "unroll x"}),
      sum_up("sum.update", loops.pairs, update)};
  if (!loops.ready) schedule.push_back(stage("weights", {"compute_root", "unroll p", of_ci, "parallel k"}));
  return schedule;
}

// The sums of 4 channels of x times four vectors of channels of y stay in registers over the pixels of a pair
// of images; both images, with their border of zeros, are made once for each task. Evidence, for the same
// layer in the same run: 2.1 ms, 345 GFLOP/s (oneDNN 3.3 ms). In f32 3.8 ms (oneDNN 4.6 to 5.0 ms with the
// bias's gradient, which is a kernel of its own here); that is no gain for the whole step.
KernelSchedule direct_weights_schedule(int rows, int panel, bool pairs, const VectorUnit& unit) {
  const int lanes = lanes_for(panel, unit);
  const std::string of_c = with("vectorize c", lanes), of_k = with("vectorize k", lanes_for(rows, unit));
  return {
      stage("total", {"compute_root", of_c, "parallel ky"}),
      stage("partial", {"compute_root", of_c, "parallel group"}),
      stage("partial.update", {with("split c panel ci", panel), with("split k rows row", std::gcd(rows, 4)),
                               "reorder ci row rows panel kx ky b group", with("vectorize ci", lanes),
                               "unroll ci", "unroll row", "parallel group"}),
      stage("sum", {"compute_at partial.update rows", of_c, "unroll c", "unroll k"}),
      sum_up("sum.update", pairs, {"reorder p c k x y kx ky", of_c, "unroll c", "unroll k"}),
      stage("pixels", {"compute_at partial.update b", "unroll p", of_k}),
      stage("gradients", {"compute_at partial.update b", "unroll p", of_c}),
  };
}

}  // namespace sganc
