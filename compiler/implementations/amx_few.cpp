// Convolutions with few channels on one side, in bf16 by AMX's tiles: all taps and few channels together are
// one axis of a matrix product. From few channels to many, its rows are the patches of the few image that a
// pixel reads. From many to few, each pixel of the wide image gives a number for each tap, and a pixel of the
// few image is the sum of those that meet it. The gradient of weights multiplies the wide image by the
// patches.

#include <algorithm>

#include "compiler/implementations/amx_schedule.h"
#include "compiler/implementations/amx_stages.h"
#include "compiler/implementations/divided_up.h"
#include "compiler/implementations/few_channels_view.h"
#include "compiler/implementations/groups.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

/// Less than the cost of few_channels.
constexpr double kCost = 0.15;

constexpr int kPitch = 8;       // a row of taps begins at a multiple of this
constexpr int kMostTaps = 512;  // with the few channels
constexpr std::int64_t kMostBytesOfBlock = 2 << 20;

/// The taps of a pixel in line: `pitch` for each row of the kernel, the last of which do not exist.
struct Patch {
  int pitch = 1, rows = 1, taps = 1;

  explicit Patch(const FewChannels& g)
      : pitch(divided_up(g.taps, kPitch) * kPitch), rows(g.rows), taps(g.taps) {}
  int length(int multiple) const { return divided_up(pitch * rows, multiple) * multiple; }
  Expr tap(const Expr& t) const { return t % pitch; }
  Expr row(const Expr& t) const { return Halide::min(t / pitch, rows - 1); }
  Expr exists(const Expr& t) const { return t % pitch < taps && t / pitch < rows; }
};

/// What tap t of pixel m of the wide image meets in the padded few image. A tap that does not exist meets any
/// number.
Expr patch_at(const FewChannels& g, const Patch& patch, const Func& padded, const Expr& t, const Expr& m,
              const Expr& n) {
  const Expr x = m % g.wide_w, y = Halide::min(m / g.wide_w, g.wide_h - 1);
  return padded(x * g.step_x * g.few + patch.tap(t), y * g.step_y + patch.row(t), n);
}

/// out(c, x, y, n) = the sum over the taps: from few channels to many.
ConvolutionKernel expand(const EmitRequest& r, const FewChannels& g) {
  const Patch patch(g);
  const int length = patch.length(kTileDepth), rows = length / 2;
  Var c("c"), t("t"), m("m"), n("n"), p("p"), ci("ci"), row("row"), one("one"), s("s"), x("x"), y("y");
  Func padded = pad_few(g, r.a), patches("patches"), weights("weights");
  patches(t, m, n) = patch_at(g, patch, padded, t, m, n);
  const Expr at = row % rows * 2 + p;
  const Expr weight = weight_at(g, r.b, row / rows * kTileColumns + ci,
                                Halide::min(patch.tap(at), g.taps - 1), patch.row(at));
  weights(p, ci, row, one) = Halide::cast(Halide::BFloat(16), Halide::select(patch.exists(at), weight, 0.0f));
  const TileProducts products{.a_length = length,
                              .a_rows = g.wide_w * g.wide_h,
                              .b_rows = g.channels / kTileColumns * rows,
                              .b_shared = 1,
                              .panel_rows = rows,
                              .steps = length / kTileDepth,
                              .sums = {{{0, 0, 0, 0}}}};
  patches.bound(t, 0, length);
  weights.bound(p, 0, 2).bound(ci, 0, kTileColumns).bound(row, 0, products.b_rows);
  Func sum = tile_sums(patches, weights, products, {c, m, s, n});
  Func output = output_of(r.epilogue(sum(c, y * g.wide_w + x, 0, n), {c, x, y, n}), {c, x, y, n});
  return {{{"output", output, true},
           {"sum", sum},
           {"patches", patches},
           {"padded", padded},
           {"weights", weights}},
          output,
          amx_expand_schedule(g.channels, kPitch, vector_unit(r.target))};
}

/// out(c, x, y, n) = the sum over the taps and the many channels, without a stride: from many channels to
/// few.
ConvolutionKernel contract(const EmitRequest& r, const FewChannels& g) {
  const int width = g.few_w + g.columns - 1, height = g.few_h + g.rows - 1, pixels = width * height;
  const int panels = divided_up(pixels, kTileColumns), rows = g.channels / 2;
  Var c("c"), k("k"), q("q"), n("n"), t("t"), one("one"), j("j"), s("s"), x("x"), y("y");
  Func padded("padded"), weights("weights");
  padded(k, q, n) = Halide::cast(Halide::BFloat(16),
                                 pixel_or_zero(r.a, k, q % width + (g.low_x - g.columns + 1),
                                               q / width + (g.low_y - g.rows + 1), n, g.wide_w, g.wide_h));
  padded.bound(k, 0, g.channels).bound(q, 0, pixels);
  weights(k, t, one) = Halide::cast(Halide::BFloat(16), weight_at(g, r.b, k, t % g.taps, t / g.taps));
  weights.bound(k, 0, g.channels).bound(t, 0, g.rows * g.taps);
  Func pairs = pairs_of_channels(padded, g.channels, pixels);
  const TileProducts products{.a_length = g.channels,
                              .a_rows = g.rows * g.taps,
                              .a_images = 0,
                              .b_rows = panels * rows,
                              .b_images = 1,
                              .panel_rows = rows,
                              .steps = g.channels / kTileDepth,
                              .sums = {{{0, 0, 0, 0}}}};
  Func sum = tile_sums(weights, pairs, products, {j, t, s, n});
  sum.bound(j, 0, panels * kTileColumns);
  Expr total = 0.0f;
  for (int ky = 0; ky < g.rows; ++ky)
    for (int kx = 0; kx < g.columns; ++kx)
      total = total + sum((y + g.rows - 1 - ky) * width + x + g.columns - 1 - kx,
                          (ky * g.columns + kx) * g.few + c, 0, n);
  Func output = output_of(r.epilogue(total, {c, x, y, n}), {c, x, y, n});
  return {
      {{"output", output, true}, {"sum", sum}, {"pairs", pairs}, {"padded", padded}, {"weights", weights}},
      output,
      amx_contract_schedule(g.few_w, g.channels, vector_unit(r.target))};
}

int steps_of(const FewChannels& g) {
  return divided_up(g.wide_w * g.wide_h, kTileDepth);
}

/// out(kx, ky, i, o) = the sum over the pixels of a block of images; then over the blocks of a group, then
/// over the groups, always in this order. The last group may have fewer blocks.
ConvolutionKernel weight_gradient(const EmitRequest& r, const FewChannels& g) {
  const Func &wide = g.wide_is_x ? r.a : r.b, &few = g.wide_is_x ? r.b : r.a;
  const Patch patch(g);
  const int length = patch.length(kTileColumns), steps = steps_of(g), rows = kTileDepth / 2 * steps;
  const int block = r.tiling.images, pixels = g.wide_w * g.wide_h;
  Var k("k"), q("q"), n("n"), t("t"), p("p"), ci("ci"), row("row"), s("s"), unit("unit"), kx("kx"), ky("ky"),
      i("i"), o("o");
  Func padded = pad_few(g, few), copy("copy"), patches("patches");
  const Expr image = Halide::min(n, g.images - 1);  // the last group of blocks may reach beyond them
  copy(k, q, n) = Halide::cast(Halide::BFloat(16), wide(k, q % g.wide_w, q / g.wide_w, image));
  copy.bound(k, 0, g.channels).bound(q, 0, pixels);
  Func transposed = transposed_planes(copy, g.channels, pixels, 1);
  patches(p, ci, row, n) =
      patch_at(g, patch, padded, row / rows * kTileColumns + ci, row % rows * 2 + p, image);
  TileProducts products{.a_length = kTileDepth * steps,
                        .a_rows = g.channels,
                        .a_images = block,
                        .b_rows = length / kTileColumns * rows,
                        .b_images = block,
                        .panel_rows = rows,
                        .steps = steps,
                        .sums = {{}}};
  for (int of_block = 0; of_block < block; ++of_block) products.sums[0].push_back({0, 0, of_block, of_block});
  patches.bound(p, 0, 2).bound(ci, 0, kTileColumns).bound(row, 0, products.b_rows);
  Func sum = tile_sums(transposed, patches, products, {t, k, s, unit});
  sum.bound(t, 0, length);
  auto [partial, total] = sum_by_groups({t, k}, g.images / block, r.tiling.groups,
                                        [&](const Expr& item) { return sum(t, k, 0, item); });
  partial.bound(t, 0, length);
  total.bound(t, 0, length);
  const Expr result = g.wide_is_x
                          ? total((g.rows - 1 - ky) * patch.pitch + (g.columns - 1 - kx) * g.few + o, i)
                          : total(ky * patch.pitch + kx * g.few + i, o);
  Func output = output_of(r.epilogue(result, {kx, ky, i, o}), {kx, ky, i, o});
  return {{{"output", output, true},
           {"total", total},
           {"partial", partial},
           {"sum", sum},
           {"transposed", transposed},
           {"copy", copy},
           {"patches", patches},
           {"padded", padded}},
          output,
          amx_few_weights_schedule(length, g.channels, kPitch, vector_unit(r.target))};
}

bool contracts(const ConvolutionGeometry& f, const FewChannels& g) {
  return f.op != Op::conv_backward_weights && (f.op == Op::conv) == g.wide_is_x;
}

/// The bytes of the copies of an image for the gradient of weights.
std::int64_t bytes_of_copies(const FewChannels& g) {
  const std::int64_t pixels = kTileDepth * steps_of(g), length = Patch(g).length(kTileColumns);
  return 2 * pixels * (2 * g.channels + length);
}

std::optional<ProductPlan> plan(const ProductRequest& r) {
  if (!r.has_amx() || !r.product.is_plain()) return {};
  const ConvolutionGeometry f = r.product.geometry();
  if (std::min(f.w[0], f.w[1]) > r.schedule.few_channels) return {};
  const FewChannels g = view_from_wide(f, Precision::bf16);
  const bool stride = std::ranges::any_of(f.strides, [](auto s) { return s != 1; });
  if (g.channels % kTileDepth != 0 || g.rows * g.taps > kMostTaps || (contracts(f, g) && stride)) return {};
  Tiling tiling;
  if (f.op == Op::conv_backward_weights) {
    tiling.images = images_of_block(g.images, bytes_of_copies(g), kMostBytesOfBlock, r.machine.threads);
    tiling.groups = groups_of_sums(4LL * g.channels * Patch(g).length(kTileColumns), g.images / tiling.images,
                                   r.machine.threads);
  }
  return ProductPlan{.precision = Precision::bf16,
                     .tiling = tiling,
                     .cost = g.images >= r.machine.threads ? kCost : 1,
                     .why = "this processor multiplies tiles of bf16 numbers"};
}

ConvolutionKernel emit(const EmitRequest& r) {
  const FewChannels g = view_from_wide(r.geometry, Precision::bf16);
  if (r.geometry.op == Op::conv_backward_weights) return weight_gradient(r, g);
  return contracts(r.geometry, g) ? contract(r, g) : expand(r, g);
}

}  // namespace

extern const Implementation amx_few_implementation{
    .name = "amx_few",
    .title = "halide amx few channels",
    .takes =
        "convolutions in bf16 on a processor with AMX, without groups and dilations, that have few channels "
        "on one side and a multiple of " +
        std::to_string(kTileDepth) + " on the other; from many to few channels without a stride",
    .bf16 = true,
    .plan = plan,
    .emit = emit};

}  // namespace sganc
