#pragma once
// What the kernels by Winograd's filtering have in common: how an axis is cut, and the transformed tiles of
// the image that is filtered.

#include "compiler/implementations/emission.h"
#include "compiler/implementations/minimal_filter.h"

namespace sganc {

/// How kernels cut an axis of Phases.
struct WinogradAxis {
  bool up = false;  // conv_backward_data: its outputs have phases; else its inputs
  int in = 1, out = 1, kernel = 1, stride = 1, low = 0;
  int m = 2;                // outputs of a tile
  int taps = 1, tiles = 1;  // of a phase

  int positions() const { return m + taps - 1; }
  int phases_of_output() const { return up ? stride : 1; }
  int phases_of_input() const { return up ? 1 : stride; }
  /// How far the outputs of a phase lie behind those of the first phase in their tiles.
  Halide::Expr shift(const Halide::Expr& phase) const;
  /// The i-th input of a tile.
  Halide::Expr source(const Halide::Expr& tile, const Halide::Expr& i, const Halide::Expr& phase) const;
  /// The j-th tap of a phase; `kernel` or more where it has none.
  Halide::Expr tap(int j, const Halide::Expr& phase) const;
  /// Its outputs, in the same tiles, as what is read.
  WinogradAxis of_outputs() const;
};

/// `axis` 0 is y, 1 is x; tiles of m outputs, or of m pixels of y for conv_backward_weights.
WinogradAxis winograd_axis(const ConvolutionGeometry& geometry, std::size_t axis, int m);

/// An axis of an image that is read, and what its tiles are multiplied by: {positions, pixels of a tile}.
struct WinogradTransform {
  WinogradAxis axis;
  MinimalFilter::Matrix matrix;
};

/// tiles(k, i, px, py, fx, fy, block): channel, tile of a block of images, position, phase; `row` is what is
/// transformed along x alone: (k, px, e, i, fx, fy, block). Outside the image lie zeros.
struct WinogradTiles {
  Halide::Func row{"tile_row"}, tiles{"tiles"};
};
WinogradTiles winograd_tiles(const Halide::Func& image, int images, int images_of_block,
                             const WinogradTransform& x, const WinogradTransform& y);

}  // namespace sganc
