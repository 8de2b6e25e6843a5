#pragma once
// Sums of matrix products in bf16 by AMX's tiles, for kernels: what Halide cannot express. Kernels call the
// functions by name, as extern stages. Without AMX plain loops give the same sums, up to their rounding.

#include <cstdint>
#include <vector>

namespace sganc {

/// The list of products that a kernel passes to sganc_multiply_tiles, as numbers of 32 bits. For each unit
/// (an image, or a block of images) and each s,
///
///   sums(c, row, s, unit) = sum over terms t of s, over x:
///                           a(t.x + x, t.row + row, t.a + a_images unit)
///                         * b(x % 2, c % 16, panel_rows (c / 16) + x / 2, t.b + b_images unit)
///
/// for 0 <= x < 32 steps. `a` is dense along its first axis, `b` along its first two.
struct TileProducts {
  struct Term {
    std::int32_t x, row, a, b;
  };
  std::int32_t a_length = 0, a_rows = 0;  // the extents of a's first two axes
  std::int32_t a_images = 1;              // of a unit; 0 if all units share the only one
  std::int32_t b_rows = 0;                // the extent of b's third axis
  std::int32_t b_images = 0;              // of a unit; 0 if all units share b
  std::int32_t b_shared = 0;              // the number of b's images if all units share them
  std::int32_t panel_rows = 0, steps = 0;
  std::vector<std::vector<Term>> sums = {};

  std::vector<std::int32_t> numbers() const;
};

/// Whether a kernel, on any thread, has asked for something that the functions here cannot do since this was
/// last called. Kernels have no assertions, so they do not report it. Only a schedule's directives can do so,
/// where they place or lay out the stages around an extern stage.
bool take_failed_tiles();

}  // namespace sganc
