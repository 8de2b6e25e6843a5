#pragma once
// The extern stages of kernels that multiply by AMX's tiles: see runtime/execute/amx.h.

#include <Halide.h>

#include <vector>

#include "runtime/execute/amx.h"

namespace sganc {

inline constexpr int kTileColumns = 16;  // of a tile of sums
inline constexpr int kTileDepth = 32;    // the numbers that one instruction multiplies and adds up

/// sum(c, row, s, unit), with these dimensions.
Halide::Func tile_sums(const Halide::Func& a, const Halide::Func& b, const TileProducts& products,
                       const std::vector<Halide::Var>& dims);

/// transposed(m, plane * channels + k, n) = padded(k, plane * pixels + m, n), and zero behind the last plane.
Halide::Func transposed_planes(const Halide::Func& padded, int channels, int pixels, int planes);

/// pairs(p, j, panel * channels / 2 + r, n) = padded(2 r + p, 16 panel + j, n), and zero behind the pixels.
Halide::Func pairs_of_channels(const Halide::Func& padded, int channels, int pixels);

}  // namespace sganc
