#pragma once
// Convolutions with a stride as convolutions of stride 1.

#include <cstdint>

namespace sganc {

/// A convolution along one axis. A stride makes a convolution of stride 1 of each of its phases: conv and
/// conv_backward_weights add them up, and each pixel of conv_backward_data is of one.
struct Phases {
  bool up = false;  // conv_backward_data: its outputs have phases; else its inputs
  std::int64_t out = 1, kernel = 1, stride = 1, low = 0;

  /// Of one phase; others may have one less.
  std::int64_t taps() const { return (kernel + stride - 1) / stride; }
  /// How far the outputs of the last phase lie behind those of the first in their tiles: by this all phases
  /// of the output read the same tiles.
  std::int64_t last_shift() const { return up ? (stride - 1 + low) / stride - low / stride : 0; }
  /// Tiles of m outputs that hold those of all phases; for conv_backward_weights tiles of m pixels of y.
  std::int64_t tiles(std::int64_t m) const { return (out / (up ? stride : 1) + last_shift() + m - 1) / m; }
  /// Of what is multiplied in a tile of m outputs.
  std::int64_t positions(std::int64_t m) const { return m + taps() - 1; }
};

}  // namespace sganc
