#include "compiler/implementations/winograd.h"

#include "compiler/implementations/winograd_schedule.h"
#include "compiler/implementations/winograd_tiles.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

/// The stages. They share these coordinates: k and c are the channels of x and y, i is the tile of a block of
/// images, px and py are the position, fx and fy the phase, and `group` is the group of blocks.
class WinogradWeights {
 public:
  WinogradWeights(const ConvolutionGeometry& f, const Tiling& tiling, Precision precision)
      : x_(winograd_axis(f, 1, tiling.outputs)),
        y_(winograd_axis(f, 0, tiling.outputs)),
        along_x_(minimal_filter(x_.taps, x_.m)),
        along_y_(minimal_filter(y_.taps, y_.m)),
        images_(static_cast<int>(f.x.at(0))),
        in_(static_cast<int>(f.x.at(3))),
        out_(static_cast<int>(f.y.at(3))),
        block_(tiling.images),
        groups_(tiling.groups),
        factors_(factors_of(precision)) {}

  ConvolutionKernel kernel(const Func& x, const Func& y, const VectorUnit& unit) {
    input_ = winograd_tiles(x, images_, block_, {x_, along_x_.input}, {y_, along_y_.input}, factors_);
    gradients_ = winograd_tiles(y, images_, block_, {x_.of_outputs(), along_x_.taps},
                                {y_.of_outputs(), along_y_.taps}, factors_);
    multiply();
    transform_outputs();
    return {{{"output", output_, true},
             {"inverse", inverse_},
             {"inverse_row", inverse_row_},
             {"total", total_},
             {"partial", partial_},
             {"sum", sum_},
             {"gradients", gradients_.tiles},
             {"gradient_row", gradients_.row},
             {"tiles", input_.tiles},
             {"tile_row", input_.row},
             {"pixels", input_.pixels}},
            output_,
            winograd_weights_schedule(in_, out_, factors_.pairs > 1, unit)};
  }

 private:
  void multiply() {
    const auto r = domain({{"p", factors_.pairs}, {"r", x_.tiles * y_.tiles * block_ / factors_.pairs}});
    sum_(c, k, px, py, fx, fy, block) += product_in_f32(input_.tiles(r[0], k, r[1], px, py, fx, fy, block),
                                                        gradients_.tiles(r[0], c, r[1], px, py, 0, 0, block));
    const int blocks = images_ / block_ / groups_;
    const auto b = domain({{"b", blocks}});
    partial_(c, k, px, py, fx, fy, group) += sum_(c, k, px, py, fx, fy, group * blocks + b);
    Expr total = 0.0f;
    for (int g = 0; g < groups_; ++g) {
      const Expr part = partial_(c, k, px, py, fx, fy, g);
      total = g == 0 ? part : total + part;
    }
    total_(c, k, px, py, fx, fy) = total;
  }

  void transform_outputs() {
    std::vector<Expr> columns, rows;
    for (int q = 0; q < x_.positions(); ++q) columns.push_back(total_(c, k, q, e, fx, fy));
    inverse_row_(c, jx, e, k, fx, fy) = times(along_x_.output, jx, columns);
    for (int q = 0; q < y_.positions(); ++q) rows.push_back(inverse_row_(c, jx, q, k, fx, fy));
    inverse_(c, jx, jy, fx, fy, k) = times(along_y_.output, jy, rows);
    output_(kx, ky, k, c) = inverse_(c, kx / x_.stride, ky / y_.stride, kx % x_.stride, ky % y_.stride, k);
  }

  WinogradAxis x_, y_;
  MinimalFilter along_x_, along_y_;
  int images_, in_, out_, block_, groups_;
  Factors factors_;  // pairs of tiles
  Var c{"c"}, k{"k"}, kx{"kx"}, ky{"ky"}, e{"e"}, px{"px"}, py{"py"}, fx{"fx"}, fy{"fy"}, jx{"jx"}, jy{"jy"},
      block{"block"}, group{"group"};
  WinogradTiles input_, gradients_;
  Func sum_{"sum"}, partial_{"partial"}, total_{"total"}, inverse_row_{"inverse_row"}, inverse_{"inverse"},
      output_{"output"};
};

}  // namespace

ConvolutionKernel winograd_of_weights(const EmitRequest& r) {
  return WinogradWeights(r.geometry, r.tiling, r.precision).kernel(r.a, r.b, vector_unit(r.target));
}

}  // namespace sganc
