#pragma once
// Shared by the kernels for Winograd's filtering: how an axis is divided, and the transformed tiles of the
// image that is filtered.

#include "compiler/implementations/emission.h"
#include "compiler/implementations/minimal_filter.h"

namespace sganc {

/// One axis of a convolution, divided into phases and tiles: see Phases.
struct WinogradAxis {
  bool up = false;  // true for conv_backward_data: the outputs have phases; else the inputs have
  int in = 1, out = 1, kernel = 1, stride = 1, low = 0;
  int m = 2;                // outputs of a tile along this axis
  int taps = 1, tiles = 1;  // of a phase

  int positions() const { return m + taps - 1; }
  int phases_of_output() const { return up ? stride : 1; }
  int phases_of_input() const { return up ? 1 : stride; }
  /// The distance, in output pixels of a phase, from the first phase's outputs to this phase's within a tile.
  Halide::Expr shift(const Halide::Expr& phase) const;
  /// The position in the image of the q-th input of a phase. It may lie outside.
  Halide::Expr source(const Halide::Expr& q, const Halide::Expr& phase) const;
  /// The position in the kernel of the j-th tap of a phase. It is `kernel` or more if the phase has no such
  /// tap.
  Halide::Expr tap(int j, const Halide::Expr& phase) const;
  /// The axis of its outputs in the same tiles, as an image that is read.
  WinogradAxis of_outputs() const;
};

/// `axis` is 0 for y and 1 for x. Tiles have m outputs, or m pixels of y for conv_backward_weights.
WinogradAxis winograd_axis(const ConvolutionGeometry& geometry, std::size_t axis, int m);

/// An axis of an image that is read, and the matrix that transforms its tiles: {positions, pixels of a tile}.
struct WinogradTransform {
  WinogradAxis axis;
  MinimalFilter::Matrix matrix;
};

/// The transformed tiles, tiles(p, k, i, px, py, fx, fy, block): k is the channel; i * pairs + p is the tile
/// among those of all images of the block (x innermost, then y, then the image); px and py are the position
/// after the transform, fx and fy the phase. `row` is transformed only along x: row(k, px, e, i, fx, fy,
/// block), where e is the pixel of the tile along y; i is the tile there. `pixels` is the image that is read,
/// phase by phase, with zeros outside of it: pixels(k, qx, qy, fx, fy, n), where q counts the pixels of a
/// phase. `pixels` and `tiles` have the type of the factors.
struct WinogradTiles {
  Halide::Func pixels{"pixels"}, row{"tile_row"}, tiles{"tiles"};
};
WinogradTiles winograd_tiles(const Halide::Func& image, int images, int images_of_block,
                             const WinogradTransform& x, const WinogradTransform& y, const Factors& factors);

}  // namespace sganc
