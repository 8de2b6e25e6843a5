// Decides when Winograd's filtering computes a convolution, and how it is cut for the machine.

#include "compiler/implementations/winograd.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "compiler/implementations/divided_up.h"
#include "compiler/implementations/phases.h"

namespace sganc {
namespace {

constexpr std::int64_t kMostPositions = 6;  // of a tile along an axis
/// With four positions, transforms are sums and differences, which lose little in bf16. With more they also
/// multiply.
constexpr std::int64_t kMostPositionsInBf16 = 4;
constexpr std::int64_t kChannels = 16;  // both sides have a multiple of this

// It is chosen by default if there are this many times fewer products, and if these are large enough to run
// at the machine's speed.
constexpr double kWorthSaving = 1.6;
/// In bf16 oneDNN's convolutions with a stride are slower, so that a smaller saving is enough.
constexpr double kWorthSavingInBf16 = 1.3;
constexpr std::int64_t kWorthChannels = 32;
// Weights are transformed for each use, which fewer tiles do not repay. `bench/growth`, ms of a step with the
// limit and without: batch 1 7.9 and 15.1, batch 2 12.3 and 18.3, batch 5 24.7 and 27.8, batch 10 42.5 and
// 43.
constexpr std::int64_t kWorthTiles = 128;

/// The tiles of one phase of a block stay in a core's second-level cache. If that cache is smaller than this,
/// the next level is fast enough for this much.
constexpr std::int64_t kLeastCache = 2 << 20;
/// The most memory for the sums of all groups of blocks. More memory costs more time than more tasks save.
constexpr std::int64_t kMostBytesOfGroups = 64 << 20;

struct Axes {
  std::array<Phases, 2> of;                      // y, x
  std::int64_t most_positions = kMostPositions;  // of a tile along an axis

  std::int64_t most_outputs() const { return most_positions + 1 - std::max(of[0].taps(), of[1].taps()); }
  std::int64_t tiles(std::int64_t m) const { return of[0].tiles(m) * of[1].tiles(m); }  // of an image
  std::int64_t phases() const { return of[0].stride * of[1].stride; }
  std::int64_t positions(std::int64_t m) const { return of[0].positions(m) * of[1].positions(m); }
  std::int64_t products(std::int64_t m) const { return tiles(m) * positions(m) * phases(); }

  /// The outputs of the smallest tile that needs at most an eighth more products than the best. Smaller tiles
  /// are more exact and have fewer weights.
  std::int64_t best_outputs() const {
    std::int64_t least = products(2), best = 2;
    for (std::int64_t m = 3; m <= most_outputs(); ++m) least = std::min(least, products(m));
    while (8 * products(best) > 9 * least) ++best;
    return best;
  }
};

Axes axes_of(const ConvolutionGeometry& g, Precision precision) {
  const bool up = g.op == Op::conv_backward_data;
  Axes axes;
  axes.most_positions = precision == Precision::bf16 ? kMostPositionsInBf16 : kMostPositions;
  for (const std::size_t axis : {0U, 1U})
    axes.of[axis] = {.up = up,
                     .out = (up ? g.x : g.y)[1 + axis],
                     .kernel = g.w[2 + axis],
                     .stride = g.strides[axis],
                     .low = g.pads[axis]};
  return axes;
}

/// Whether each phase has two or three taps along both axes, channels fill vectors, and phases have equal
/// sizes.
bool can(const Product& product) {
  if (!product.is_plain()) return false;
  const ConvolutionGeometry g = product.geometry();
  if (g.w[0] % kChannels != 0 || g.w[1] % kChannels != 0) return false;
  const Axes axes = axes_of(g, Precision::f32);
  return std::ranges::all_of(axes.of, [](const Phases& p) {
    return p.taps() >= 2 && p.taps() <= 3 && (!p.up || p.out % p.stride == 0);
  });
}

/// The number of images in a block. It divides the batch and is chosen so that the team waits little for its
/// last blocks, and so that many tiles read the weights, which each block reads again. If tiles are
/// multiplied by pairs, a block has whole pairs.
std::int64_t images_of_block(std::int64_t images, std::int64_t tiles, std::int64_t bytes_of_tile,
                             std::int64_t pairs, const TargetMachine& machine) {
  const std::int64_t team = machine.threads;
  const std::int64_t most = std::max(machine.l2_bytes, kLeastCache) / (tiles * bytes_of_tile);
  std::int64_t best = 1;
  double least = 0;
  for (std::int64_t block = 1; block <= images && (block <= most || least == 0); ++block) {
    if (images % block != 0 || block * tiles % pairs != 0) continue;
    const auto blocks = static_cast<double>(images / block);
    const double waited = static_cast<double>(divided_up(images / block, team) * team) / blocks;
    const double cost = waited * (1 + 8.0 / static_cast<double>(block * tiles));
    if (least > 0 && cost >= least) continue;
    best = block, least = cost;
  }
  return best;
}

/// The number of groups of blocks, each of which sums up a gradient of weights of its own. Each phase of each
/// group is a task, and there are up to two tasks for each thread of the team.
std::int64_t groups_of(const ConvolutionGeometry& g, const Axes& axes, std::int64_t m, std::int64_t blocks,
                       std::int64_t team) {
  if (g.op != Op::conv_backward_weights) return 1;
  const std::int64_t bytes = 4 * axes.positions(m) * axes.phases() * g.w[0] * g.w[1];
  const std::int64_t most =
      std::min(divided_up(2 * team, axes.phases()), std::max<std::int64_t>(kMostBytesOfGroups / bytes, 1));
  std::int64_t groups = 1;
  for (std::int64_t n = 2; n <= std::min(most, blocks); ++n)
    if (blocks % n == 0) groups = n;
  return groups;
}

/// The number of tiles that are multiplied together: two only for the gradient of weights in bf16, as only
/// that gradient adds up over tiles.
std::int64_t pairs_of_tiles(const ConvolutionGeometry& g, Precision precision) {
  return g.op == Op::conv_backward_weights && precision == Precision::bf16 ? 2 : 1;
}

/// Returns the number in a [[product]], or else the best one. Throws UserError if the number does not fit.
template <class Fits>
std::int64_t said_or(const std::optional<Located<std::int64_t>>& said, std::int64_t best, const Fits& fits,
                     const std::string& what) {
  if (!said) return best;
  if (!fits(said->value))
    throw UserError{
        {said->where, "this convolution cannot have " + std::to_string(said->value) + " " + what, ""}};
  return said->value;
}

Tiling tiling_of(const ProductRequest& r, const ConvolutionGeometry& g, const Axes& axes,
                 Precision precision) {
  static const ProductRule nothing;
  const ProductRule& rule = r.said ? *r.said : nothing;
  const auto divides = [](std::int64_t whole) {
    return [whole](std::int64_t part) { return whole % part == 0; };
  };
  const std::int64_t most = axes.most_outputs(), batch = g.x[0];
  const std::int64_t outputs = said_or(
      rule.tile, axes.best_outputs(), [&](std::int64_t m) { return m >= 2 && m <= most; },
      "outputs a tile: 2 to " + std::to_string(most) + " are possible");
  const std::int64_t channels = g.op == Op::conv_backward_data ? g.w[0] : g.w[1];  // of the input
  const std::int64_t bytes_of_tile =
      (precision == Precision::bf16 ? 2 : 4) * axes.positions(outputs) * channels;
  const std::int64_t tiles = axes.tiles(outputs), pairs = pairs_of_tiles(g, precision);
  const auto whole_pairs = [&](std::int64_t block) {
    return batch % block == 0 && block * tiles % pairs == 0;
  };
  const std::int64_t images =
      said_or(rule.block, images_of_block(batch, tiles, bytes_of_tile, pairs, r.machine), whole_pairs,
              "images a block: that must divide the batch of " + std::to_string(batch) +
                  (pairs > 1 ? ", and have whole pairs of its tiles" : ""));
  const std::int64_t blocks = batch / images;
  const std::int64_t groups =
      said_or(rule.groups, groups_of(g, axes, outputs, blocks, r.machine.threads), divides(blocks),
              "groups: that must divide its " + std::to_string(blocks) + " blocks");
  return {static_cast<int>(outputs), static_cast<int>(images),
          g.op == Op::conv_backward_weights ? static_cast<int>(groups) : 1};
}

/// In bf16 the gradient of weights multiplies tiles by pairs, so all images together must have an even number
/// of tiles.
Precision precision_of(const ProductRequest& r, const ConvolutionGeometry& g) {
  if (!r.kernel_in_bf16()) return Precision::f32;
  const Axes axes = axes_of(g, Precision::bf16);
  const auto outputs = r.said && r.said->tile ? r.said->tile->value : axes.best_outputs();
  const bool whole = g.x[0] * axes.tiles(outputs) % pairs_of_tiles(g, Precision::bf16) == 0;
  return whole ? Precision::bf16 : Precision::f32;
}

std::optional<ProductPlan> plan(const ProductRequest& r) {
  if (!can(r.product)) return {};
  const ConvolutionGeometry g = r.product.geometry();
  const Precision precision = precision_of(r, g);
  const bool bf16 = precision == Precision::bf16;
  const Axes axes = axes_of(g, precision);
  ProductPlan planned{.precision = precision, .tiling = tiling_of(r, g, axes, precision)};
  const int m = planned.tiling.outputs;
  const auto direct = static_cast<double>(g.y[1] * g.y[2] * g.w[2] * g.w[3]);
  const double fewer = direct / static_cast<double>(axes.products(m));
  const double enough = bf16 ? kWorthSavingInBf16 : kWorthSaving;
  const bool worth =
      fewer >= enough && std::min(g.w[0], g.w[1]) >= kWorthChannels && g.y[0] * axes.tiles(m) >= kWorthTiles;
  planned.cost = worth ? (bf16 ? kOneDnnCostInBf16 : 1) * enough / fewer : 2;
  char why[64];
  std::snprintf(why, sizeof why, "%.2f times fewer products, by tiles of %dx%d", fewer, m, m);
  planned.why = why;
  return planned;
}

ConvolutionKernel emit(const EmitRequest& r) {
  return r.geometry.op == Op::conv_backward_weights ? winograd_of_weights(r) : winograd_of_images(r);
}

/// An image {n, h, w, c} becomes {n / images, images, h / s, s, w / s, s, c}. s is the stride of a
/// conv_backward_data, and 1 for a conv.
Shape written(const ConvolutionGeometry& g, const Tiling& tiling) {
  if (g.op == Op::conv_backward_weights) return g.w;
  const bool up = g.op == Op::conv_backward_data;
  const Shape& s = up ? g.x : g.y;
  const std::int64_t sy = up ? g.strides[0] : 1, sx = up ? g.strides[1] : 1;
  return {s[0] / tiling.images, tiling.images, s[1] / sy, sy, s[2] / sx, sx, s[3]};
}

}  // namespace

extern const Implementation winograd_implementation{
    .name = "winograd",
    .title = "halide winograd",
    .takes =
        "convolutions without groups and dilations that have 2 or 3 taps a phase of the stride and a "
        "multiple of " +
        std::to_string(kChannels) + " channels on both sides",
    .bf16 = true,
    .tiles = true,
    .plan = plan,
    .emit = emit,
    .written = written};

}  // namespace sganc
