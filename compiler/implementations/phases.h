#pragma once
// Divides convolutions with a stride into convolutions of stride 1.

#include <cstdint>

namespace sganc {

/// A convolution along one axis. With stride s it is made of s convolutions of stride 1, its phases. conv and
/// conv_backward_weights add the phases up; in conv_backward_data each output pixel belongs to one phase.
struct Phases {
  bool up = false;  // true for conv_backward_data: the outputs have phases; else the inputs have
  std::int64_t out = 1, kernel = 1, stride = 1, low = 0;

  /// The taps of a phase; some phases may have one less.
  std::int64_t taps() const { return (kernel + stride - 1) / stride; }
  /// The distance, in output pixels of a phase, from the first phase's outputs to the last phase's within a
  /// tile. With this shift all phases of the output can read the same tiles of the input.
  std::int64_t last_shift() const { return up ? (stride - 1 + low) / stride - low / stride : 0; }
  /// The number of tiles of m outputs that cover all phases. For conv_backward_weights, tiles of m pixels of
  /// y.
  std::int64_t tiles(std::int64_t m) const { return (out / (up ? stride : 1) + last_shift() + m - 1) / m; }
  /// The number of products in a tile of m outputs.
  std::int64_t positions(std::int64_t m) const { return m + taps() - 1; }
};

}  // namespace sganc
