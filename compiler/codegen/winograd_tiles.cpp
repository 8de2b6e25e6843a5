#include "compiler/codegen/winograd_tiles.h"

namespace sganc {

using Halide::Expr;
using Halide::Var;

Expr WinogradAxis::shift(const Expr& phase) const {
  return up ? (phase + low) / stride - low / stride : Expr(0);
}

Expr WinogradAxis::source(const Expr& tile, const Expr& i, const Expr& phase) const {
  return up ? low / stride - (taps - 1) + tile * m + i : stride * (tile * m + i) + phase - low;
}

Expr WinogradAxis::tap(int j, const Expr& phase) const {
  return up ? (phase + low) % stride + stride * (taps - 1 - j) : phase + stride * j;
}

WinogradAxis winograd_axis(const FewChannels& f, std::size_t axis, int m) {
  const auto at = [](const auto& v, std::size_t i) { return static_cast<int>(v.at(i)); };
  WinogradAxis a{.up = f.op == Op::conv_backward_data};
  const Shape &in = a.up ? f.y : f.x, &out = a.up ? f.x : f.y;
  a.in = at(in, 1 + axis), a.out = at(out, 1 + axis), a.kernel = at(f.w, 2 + axis);
  a.stride = at(f.strides, axis), a.low = at(f.pads, axis), a.m = m;
  a.taps = (a.kernel + a.stride - 1) / a.stride;
  const int last_shift = a.up ? (a.stride - 1 + a.low) / a.stride - a.low / a.stride : 0;
  a.tiles = (a.out / a.phases_of_output() + last_shift + m - 1) / m;
  return a;
}

WinogradTiles winograd_tiles(const Halide::Func& image, int images, int images_of_block,
                             const WinogradAxis& x, const WinogradAxis& y) {
  WinogradTiles t;
  Var k{"k"}, i{"i"}, e{"e"}, px{"px"}, py{"py"}, fx{"fx"}, fy{"fy"}, block{"block"};
  const int positions = x.positions();
  const MinimalFilter along_x = minimal_filter(x.m, x.taps), along_y = minimal_filter(y.m, y.taps);
  const Expr tx = i % x.tiles, ty = i / x.tiles % y.tiles,
             n = block * images_of_block + i / (x.tiles * y.tiles);
  const Expr line = y.source(ty, e, fy);
  std::vector<Expr> pixels, rows;
  for (int q = 0; q < positions; ++q) {
    const Expr column = x.source(tx, q, fx);
    pixels.push_back(Halide::select(column >= 0 && column < x.in && line >= 0 && line < y.in,
                                    image(k, Halide::clamp(column, 0, x.in - 1),
                                          Halide::clamp(line, 0, y.in - 1), Halide::clamp(n, 0, images - 1)),
                                    0.0f));
  }
  t.row(k, px, e, i, fx, fy, block) = times(along_x.input, px, pixels);
  for (int q = 0; q < y.positions(); ++q) rows.push_back(t.row(k, px, q, i, fx, fy, block));
  t.tiles(k, i, px, py, fx, fy, block) = times(along_y.input, py, rows);
  return t;
}

}  // namespace sganc
