#include "compiler/implementations/winograd_tiles.h"

#include "compiler/implementations/phases.h"

namespace sganc {

using Halide::Expr;
using Halide::Var;

Expr WinogradAxis::shift(const Expr& phase) const {
  return up ? (phase + low) / stride - low / stride : Expr(0);
}

Expr WinogradAxis::source(const Expr& q, const Expr& phase) const {
  return up ? low / stride - (taps - 1) + q : stride * q + phase - low;
}

Expr WinogradAxis::tap(int j, const Expr& phase) const {
  return up ? (phase + low) % stride + stride * (taps - 1 - j) : phase + stride * j;
}

WinogradAxis WinogradAxis::of_outputs() const {
  return {.in = out, .out = out, .m = m, .tiles = tiles};
}

WinogradAxis winograd_axis(const ConvolutionGeometry& f, std::size_t axis, int m) {
  const auto at = [](const auto& v, std::size_t i) { return static_cast<int>(v.at(i)); };
  WinogradAxis a{.up = f.op == Op::conv_backward_data};
  const Shape &in = a.up ? f.y : f.x, &out = a.up ? f.x : f.y;
  a.in = at(in, 1 + axis), a.out = at(out, 1 + axis), a.kernel = at(f.w, 2 + axis);
  a.stride = at(f.strides, axis), a.low = at(f.pads, axis), a.m = m;
  const Phases phases{.up = a.up, .out = a.out, .kernel = a.kernel, .stride = a.stride, .low = a.low};
  a.taps = static_cast<int>(phases.taps()), a.tiles = static_cast<int>(phases.tiles(m));
  return a;
}

WinogradTiles winograd_tiles(const Halide::Func& image, int images, int images_of_block,
                             const WinogradTransform& along_x, const WinogradTransform& along_y,
                             const Factors& factors) {
  WinogradTiles t;
  const WinogradAxis &x = along_x.axis, &y = along_y.axis;
  Var p{"p"}, k{"k"}, i{"i"}, e{"e"}, px{"px"}, py{"py"}, fx{"fx"}, fy{"fy"}, block{"block"}, qx{"qx"},
      qy{"qy"}, nn{"n"};
  const Expr tx = i % x.tiles, ty = i / x.tiles % y.tiles,
             n = block * images_of_block + i / (x.tiles * y.tiles);
  const Expr column = x.source(qx, fx), line = y.source(qy, fy);
  t.pixels(k, qx, qy, fx, fy, nn) = Halide::cast(
      factors.type, pixel_or_zero(image, k, column, line, Halide::clamp(nn, 0, images - 1), x.in, y.in));
  std::vector<Expr> pixels, rows;
  for (int q = 0; q < static_cast<int>(along_x.matrix[0].size()); ++q)
    pixels.push_back(Halide::cast<float>(t.pixels(k, tx * x.m + q, ty * y.m + e, fx, fy, n)));
  t.row(k, px, e, i, fx, fy, block) = times(along_x.matrix, px, pixels);
  for (int q = 0; q < static_cast<int>(along_y.matrix[0].size()); ++q)
    rows.push_back(t.row(k, px, q, i * factors.pairs + p, fx, fy, block));
  t.tiles(p, k, i, px, py, fx, fy, block) = Halide::cast(factors.type, times(along_y.matrix, py, rows));
  t.tiles.bound(p, 0, factors.pairs);
  return t;
}

}  // namespace sganc
