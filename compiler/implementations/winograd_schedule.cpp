#include "compiler/implementations/winograd_schedule.h"

#include <algorithm>
#include <numeric>

namespace sganc {

int winograd_panel(int channels, const VectorUnit& unit) {
  return std::gcd(channels, (unit.registers >= 32 ? 4 : 2) * unit.lanes);
}

// The sums of 6 tiles times a panel of channels stay in registers while all input channels are read: they
// take 24 of 32 vector registers and leave the others for the weights. The tiles and products of a block of
// images stay in the second-level cache. If the image that is written has phases, the products are computed
// phase by phase; if the image that is read has them, its tiles are.
// Evidence, in turns with the schedule `onednn`, at 334 GFLOP/s of matrix product, for G's transposed
// convolution of 128 -> 128 channels, 4x4, stride 2, 14x14 -> 28x28, batch 100: forward with bias and leaky
// ReLU 19.7 ms, oneDNN 39.2; data gradient with that of the leaky ReLU 21.7, oneDNN 28.2 without it. These
// made no difference beyond noise: tiles of 3 instead of 5 outputs (half the weights, 1.2 times the
// products), blocks of 5 instead of 10 images, products of one panel or of both phases of a row at once, rows
// of all channels of a tile before its columns.
// In bf16 the image is copied first, with its border, so that the transform has no conditions. On 2 cores of
// an AMD Zen 4, in turns, the step of models/mnist_stacked.toml took 139 to 151 ms with the copy and 146 to
// 161 without. In f32 the copy made it 2 % slower.
KernelSchedule winograd_schedule(const WinogradLoops& loops, const VectorUnit& unit) {
  const int lanes = lanes_for(loops.panel, unit);
  const std::string of_c = with("vectorize c", lanes), of_k = with("vectorize k", lanes);
  const std::string of_ci = with("vectorize ci", lanes);
  const std::string panels = with("split c panel ci", loops.panel);
  // shift_inwards computes some rows twice, which an update may not do
  const std::string rows = loops.up ? with("split i rows row", std::min(6, loops.tiles)) + " shift_inwards"
                                    : with("split i rows row", largest_divisor(loops.tiles, 6));
  const std::string product = loops.up ? "product" : "product.update";
  KernelSchedule s{
      stage("output", {"reorder c x y b fx fy block", of_c, "parallel block"}),
      stage("packed", {"compute_root", "reorder kx ky k c", "parallel c"}),
      stage("weights", {"compute_root", "reorder p px py ci k panel fx fy", "unroll p", of_ci, "unroll px",
                        "unroll py", "parallel k"}),
      stage("tile_row", {"compute_at tiles k", "reorder px e k", of_k, "unroll px", "unroll e"}),
      stage("tiles", {loops.up ? "compute_at output block" : "compute_at product.update rx",
                      "reorder px py k i fx fy", of_k, "unroll px", "unroll py"}),
      stage(product,
            {panels, rows, std::string("reorder ci row rows panel px py") + (loops.up ? "" : " rx ry"), of_ci,
             "unroll ci", "unroll row"}),
      stage("sum", {"compute_at " + product + " rows", of_ci, "unroll ci", "unroll i"}),
      sum_up("sum.update", loops.pairs, {"reorder p ci i r px py", of_ci, "unroll ci", "unroll i"}),
      stage("inverse_row", {"compute_at inverse c", with("split jx tx ox", loops.tile), "reorder ox e tx c",
                            of_c, "unroll ox", "unroll e"}),
      stage("inverse",
            {"compute_at output b", with("split jx tx ox", loops.tile), with("split jy ty oy", loops.tile),
             "reorder ox oy c tx ty b", of_c, "unroll ox", "unroll oy"}),
  };
  if (loops.pairs) s.push_back(stage("pixels", {"compute_at output block", of_k}));
  if (loops.up)
    s[5].directives.insert(s[5].directives.begin(), {"compute_at output fx", {}});
  else
    s.push_back(stage("product", {"compute_at output block", of_c}));
  return s;
}

// The sums of 4 channels of x times a panel of channels of y stay in registers over the tiles of a block. The
// block's tiles of one phase stay in the second-level cache. Evidence, for the same layer in the same run:
// 25.2 ms and 1.1 for the sum of the bias's gradient, oneDNN 36.5 with it. It made no difference beyond noise
// to compute the gradients' tiles again for each phase. The odd number of lines between tiles saved 5 % of
// one thread's time (48.9 to 46.4 ms, in turns); between gradients it saved nothing.
KernelSchedule winograd_weights_schedule(int rows, int channels, bool pairs, const VectorUnit& unit) {
  const int panel = winograd_panel(channels, unit), lanes = lanes_for(panel, unit);
  const std::string of_c = with("vectorize c", lanes), of_k = with("vectorize k", lanes_for(rows, unit)),
                    of_gradient = with("vectorize k", lanes);
  KernelSchedule s{
      stage("output", {"split k ko ki 1", "reorder kx ky c ki ko", of_c, "parallel ko"}),
      stage("inverse_row", {"compute_at output ko", "reorder jx e c", of_c, "unroll jx", "unroll e"}),
      stage("inverse", {"compute_at output ko", "reorder jx jy c", of_c, "unroll jx", "unroll jy"}),
      stage("partial", {"compute_root", "fuse fx fy phase", "fuse phase group task", of_c, "parallel task"}),
      stage("partial.update",
            {with("split c panel ci", panel), with("split k rows row", std::gcd(rows, 4)),
             "reorder ci row rows panel px py b fx fy group", "fuse fx fy phase", "fuse phase group task",
             with("vectorize ci", lanes), "unroll ci", "unroll row", "parallel task"}),
      stage("sum", {"compute_at partial.update rows", of_c, "unroll c", "unroll k"}),
      sum_up("sum.update", pairs, {"reorder p c k r px py", of_c, "unroll c", "unroll k"}),
      stage("gradient_row",
            {"compute_at gradients k", "reorder px e k", of_gradient, "unroll px", "unroll e", "unroll i"}),
      stage("gradients", {"compute_root", "reorder p px py k i block", "unroll p", of_gradient, "unroll px",
                          "unroll py", "parallel block"}),
      stage("tile_row", {"compute_at tiles k", "reorder px e k", of_k, "unroll px", "unroll e", "unroll i"}),
      stage("tiles", {"compute_at partial.update b", "reorder p px py k i", "unroll p", of_k, "unroll px",
                      "unroll py", "align_storage k " + apart(rows)}),
  };
  if (pairs) s.push_back(stage("pixels", {"compute_at partial.update b", of_k}));
  return s;
}

}  // namespace sganc
