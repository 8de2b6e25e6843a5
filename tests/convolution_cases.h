#pragma once
// Convolutions by the obvious loops, with which tests compare kernels.

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "compiler/implementations/emission.h"
#include "tests/target_here.h"

namespace sganc {

/// The elements of a tensor, the last axis innermost.
using Values = std::vector<float>;

struct ConvolutionCase {
  std::string name;
  std::int64_t images, width, height, in, out, kernel_h, kernel_w;
  std::vector<std::int64_t> strides, pads;
};

inline void PrintTo(const ConvolutionCase& c, std::ostream* out) {
  *out << c.name;
}

inline ConvolutionGeometry geometry_of(const ConvolutionCase& c, Op op) {
  const auto size = [&](std::int64_t extent, std::int64_t kernel, std::size_t axis) {
    return (extent + c.pads[axis] + c.pads[axis + 2] - kernel) / c.strides[axis] + 1;
  };
  return {op,
          {c.images, c.height, c.width, c.in},
          {c.out, c.in, c.kernel_h, c.kernel_w},
          {c.images, size(c.height, c.kernel_h, 0), size(c.width, c.kernel_w, 1), c.out},
          c.strides,
          c.pads};
}

inline std::size_t elements(const Shape& s) {
  return static_cast<std::size_t>(s[0] * s[1] * s[2] * s[3]);
}

inline std::size_t index(const Shape& s, std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
  return static_cast<std::size_t>(((a * s[1] + b) * s[2] + c) * s[3] + d);
}

/// Small whole numbers, so that every order of summation gives the same bits.
inline Values integers(const Shape& shape, std::uint32_t seed) {
  Values values(elements(shape));
  for (auto& v : values) {
    seed = seed * 1664525U + 1013904223U;
    v = static_cast<float>(static_cast<int>(seed >> 24) % 5 - 2);
  }
  return values;
}

inline const Shape& result_shape(const ConvolutionGeometry& f) {
  return f.op == Op::conv ? f.y : f.op == Op::conv_backward_data ? f.x : f.w;
}

/// Adds every product of the convolution to the element of the op's result that it belongs to.
inline Values obvious(const ConvolutionGeometry& f, const Values& a, const Values& b) {
  Values result(elements(result_shape(f)), 0.0f);
  for (std::int64_t n = 0; n < f.y[0]; ++n)
    for (std::int64_t oy = 0; oy < f.y[1]; ++oy)
      for (std::int64_t ox = 0; ox < f.y[2]; ++ox)
        for (std::int64_t ky = 0; ky < f.w[2]; ++ky)
          for (std::int64_t kx = 0; kx < f.w[3]; ++kx) {
            const std::int64_t iy = oy * f.strides[0] + ky - f.pads[0],
                               ix = ox * f.strides[1] + kx - f.pads[1];
            if (iy < 0 || iy >= f.x[1] || ix < 0 || ix >= f.x[2]) continue;
            for (std::int64_t o = 0; o < f.y[3]; ++o)
              for (std::int64_t i = 0; i < f.x[3]; ++i) {
                const std::size_t x = index(f.x, n, iy, ix, i), w = index(f.w, o, i, ky, kx),
                                  y = index(f.y, n, oy, ox, o);
                if (f.op == Op::conv) result[y] += a[x] * b[w];
                if (f.op == Op::conv_backward_data) result[x] += a[y] * b[w];
                if (f.op == Op::conv_backward_weights) result[w] += a[x] * b[y];
              }
          }
  return result;
}

inline Halide::Buffer<float> buffer_over(Values& values, const Shape& s) {
  const std::vector<int> sizes = {static_cast<int>(s[3]), static_cast<int>(s[2]), static_cast<int>(s[1]),
                                  static_cast<int>(s[0])};
  return Halide::Buffer<float>(values.data(), sizes);
}

inline Halide::Func as_func(Halide::Buffer<float> buffer) {
  Halide::Var c, x, y, n;
  Halide::Func f("operand");
  f(c, x, y, n) = buffer(c, x, y, n);
  return f;
}

}  // namespace sganc
