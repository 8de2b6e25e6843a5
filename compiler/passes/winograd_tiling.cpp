#include <algorithm>
#include <array>

#include "compiler/passes/pass.h"
#include "compiler/passes/phases.h"

namespace sganc {
namespace {

constexpr std::int64_t kMostPositions = 6;  // of a tile along an axis
constexpr std::int64_t kMostTiles = 100;    // of a block: what of a phase stays in the second-level cache
constexpr std::int64_t kTeam = 2;           // threads that blocks are divided among

std::int64_t divided_up(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

/// Of the forward convolution's output.
const Shape& y_shape(const Function& f, const Node& n) {
  if (n.op == Op::conv) return n.type.shape;
  return f.node(n.operands[n.op == Op::conv_backward_data ? 0 : 1]).type.shape;
}

Phases phases_of(const Function& f, const Node& n, std::size_t axis) {
  const bool up = n.op == Op::conv_backward_data;
  return {.up = up,
          .out = (up ? n.type.shape : y_shape(f, n))[1 + axis],
          .kernel = weights_shape(f, n)[2 + axis],
          .stride = n.attributes.strides[axis],
          .low = n.attributes.pads[axis]};
}

/// How many images a block has: a divisor of their number with which the team waits little for its last
/// blocks, and the weights, which each block reads, are read by many tiles.
std::int64_t images_of_block(std::int64_t images, std::int64_t tiles) {
  std::int64_t best = 1;
  double least = 0;
  for (std::int64_t block = 1; block <= images && (block == 1 || block * tiles <= kMostTiles); ++block) {
    if (images % block != 0) continue;
    const auto blocks = static_cast<double>(images / block);
    const double waited = static_cast<double>(divided_up(images / block, kTeam) * kTeam) / blocks;
    const double cost = waited * (1 + 8.0 / static_cast<double>(block * tiles));
    if (least > 0 && cost >= least) continue;
    best = block, least = cost;
  }
  return best;
}

/// Two taps or three of each phase along both axes, vectors of channels, whole phases.
bool fits(const Function& f, const Node& n) {
  if (n.op == Op::matmul || n.attributes.groups > 1 || n.attributes.dilations != Attributes{}.dilations)
    return false;
  const bool up = n.op == Op::conv_backward_data;
  const Shape& w = weights_shape(f, n);
  if (w[0] % kWinogradChannels != 0 || w[1] % kWinogradChannels != 0) return false;
  return std::ranges::all_of(std::array<std::size_t, 2>{0, 1}, [&](std::size_t axis) {
    const std::int64_t taps = phases_of(f, n, axis).taps();
    return taps >= 2 && taps <= 3 && (!up || n.type.shape[1 + axis] % n.attributes.strides[axis] == 0);
  });
}

}  // namespace

std::optional<WinogradChoice> winograd_tiling(const Function& f, const Node& n) {
  if (!fits(f, n)) return {};
  const std::array<Phases, 2> axes = {phases_of(f, n, 0), phases_of(f, n, 1)};
  const auto products_of = [&](std::int64_t m) {
    std::int64_t products = 1;
    for (const Phases& a : axes) products *= a.tiles(m) * a.positions(m) * a.stride;
    return products;
  };
  const std::int64_t most = kMostPositions + 1 - std::max(axes[0].taps(), axes[1].taps());
  std::int64_t least = products_of(2), best = 2;
  for (std::int64_t m = 3; m <= most; ++m) least = std::min(least, products_of(m));
  // smaller tiles are more exact and have fewer weights
  while (8 * products_of(best) > 9 * least) ++best;
  const Shape &w = weights_shape(f, n), &y = y_shape(f, n);
  const std::int64_t tiles = axes[0].tiles(best) * axes[1].tiles(best), block = images_of_block(y[0], tiles);
  const auto direct = static_cast<double>(y[1] * y[2] * w[2] * w[3]);
  return WinogradChoice{{static_cast<int>(best), static_cast<int>(block)},
                        direct / static_cast<double>(products_of(best)),
                        y[0] * tiles};
}

}  // namespace sganc
