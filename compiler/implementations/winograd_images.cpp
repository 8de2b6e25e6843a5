#include "compiler/implementations/winograd.h"

#include "compiler/implementations/winograd_schedule.h"
#include "compiler/implementations/winograd_tiles.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

/// The stages of one kernel. They share these coordinates: k and c are the channels that are read and
/// written, i is the tile of a block of images, px and py are the position, fx and fy the phase. The phase is
/// that of the image that is read if it has several, else that of the image that is written.
class Winograd {
 public:
  Winograd(const ConvolutionGeometry& f, const Tiling& tiling, Precision precision, const VectorUnit& unit)
      : up_(f.op == Op::conv_backward_data),
        x_(winograd_axis(f, 1, tiling.outputs)),
        y_(winograd_axis(f, 0, tiling.outputs)),
        along_x_(minimal_filter(x_.m, x_.taps)),
        along_y_(minimal_filter(y_.m, y_.taps)),
        tiling_(tiling),
        factors_(factors_of(precision)),
        in_(static_cast<int>((up_ ? f.y : f.x).at(3))),
        out_(static_cast<int>((up_ ? f.x : f.y).at(3))),
        images_(static_cast<int>(f.x.at(0))),
        panel_(winograd_panel(out_, unit)) {}

  ConvolutionKernel kernel(const Func& image, const Func& w, const Epilogue& epilogue,
                           const VectorUnit& unit) {
    input_ = winograd_tiles(image, images_, tiling_.images, {x_, along_x_.input}, {y_, along_y_.input},
                            {.type = factors_.type});
    transform_weights(w);
    multiply();
    transform_outputs();
    finish_outputs(epilogue);
    return {{{"output", output_, true},
             {"inverse", inverse_},
             {"inverse_row", inverse_row_},
             {"product", product_},
             {"sum", sum_},
             {"tiles", input_.tiles},
             {"tile_row", input_.row},
             {"pixels", input_.pixels},
             {"weights", weights_},
             {"packed", packed_}},
            output_,
            winograd_schedule({.channels = out_,
                               .panel = panel_,
                               .tile = x_.m,
                               .tiles = x_.tiles * y_.tiles * tiling_.images,
                               .pairs = factors_.pairs > 1,
                               .up = up_},
                              unit)};
  }

 private:
  /// Puts weights into panels of output channels, which a product reads from front to back. In bf16 k counts
  /// pairs of channels, and p is the channel of a pair.
  void transform_weights(const Func& w) {
    packed_(c, k, kx, ky) = up_ ? w(kx, ky, c, k) : w(kx, ky, k, c);
    std::vector<Expr> rows;
    for (int q = 0; q < y_.taps; ++q) {
      std::vector<Expr> columns;
      for (int j = 0; j < x_.taps; ++j) {
        const Expr tx = x_.tap(j, fx), ty = y_.tap(q, fy);
        const Expr weight = packed_(panel * panel_ + ci, k * factors_.pairs + p,
                                    Halide::clamp(tx, 0, x_.kernel - 1), Halide::clamp(ty, 0, y_.kernel - 1));
        columns.push_back(Halide::select(tx < x_.kernel && ty < y_.kernel, weight, 0.0f));
      }
      rows.push_back(times(along_x_.taps, px, columns));
    }
    weights_(p, ci, k, panel, px, py, fx, fy) = Halide::cast(factors_.type, times(along_y_.taps, py, rows));
    weights_.bound(p, 0, factors_.pairs);
  }

  void multiply() {
    const auto r = domain({{"p", factors_.pairs}, {"r", in_ / factors_.pairs}});
    const Expr in_x = up_ ? Expr(0) : Expr(fx), in_y = up_ ? Expr(0) : Expr(fy);
    sum_(ci, i, px, py, fx, fy, block, panel) +=
        product_in_f32(input_.tiles(0, r[1] * factors_.pairs + r[0], i, px, py, in_x, in_y, block),
                       weights_(r[0], ci, r[1], panel, px, py, fx, fy));
    if (up_) {
      product_(c, i, px, py, fx, fy, block) = sum_(c % panel_, i, px, py, fx, fy, block, c / panel_);
      return;
    }
    const auto q = domain({{"rx", x_.phases_of_input()}, {"ry", y_.phases_of_input()}});
    product_(c, i, px, py, fx, fy, block) += sum_(c % panel_, i, px, py, q[0], q[1], block, c / panel_);
  }

  void transform_outputs() {
    std::vector<Expr> columns, rows;
    const Expr tile = jx / x_.m + x_.tiles * (ty + y_.tiles * b);
    for (int q = 0; q < x_.positions(); ++q) columns.push_back(product_(c, tile, q, e, fx, fy, block));
    inverse_row_(c, jx, e, ty, b, fx, fy, block) = times(along_x_.output, jx % x_.m, columns);
    for (int q = 0; q < y_.positions(); ++q)
      rows.push_back(inverse_row_(c, jx, q, jy / y_.m, b, fx, fy, block));
    inverse_(c, jx, jy, b, fx, fy, block) = times(along_y_.output, jy % y_.m, rows);
    inverse_.bound(jx, 0, x_.m * x_.tiles).bound(jy, 0, y_.m * y_.tiles);
  }

  void finish_outputs(const Epilogue& epilogue) {
    const Expr value = inverse_(c, x + x_.shift(fx), y + y_.shift(fy), b, fx, fy, block);
    const int step_x = x_.phases_of_output(), step_y = y_.phases_of_output();
    const auto values = epilogue(value, {c, x * step_x + fx, y * step_y + fy, block * tiling_.images + b});
    output_ = output_of(values, {c, fx, x, fy, y, b, block});
  }

  bool up_;
  WinogradAxis x_, y_;
  MinimalFilter along_x_, along_y_;
  Tiling tiling_;
  Factors factors_;  // pairs of channels
  int in_, out_, images_, panel_;
  Var c{"c"}, k{"k"}, p{"p"}, ci{"ci"}, panel{"panel"}, kx{"kx"}, ky{"ky"}, x{"x"}, y{"y"}, b{"b"},
      block{"block"}, i{"i"}, e{"e"}, px{"px"}, py{"py"}, fx{"fx"}, fy{"fy"}, jx{"jx"}, jy{"jy"}, ty{"ty"};
  WinogradTiles input_;
  Func packed_{"packed"}, weights_{"weights"}, sum_{"sum"}, product_{"product"}, inverse_row_{"inverse_row"},
      inverse_{"inverse"}, output_;
};

}  // namespace

ConvolutionKernel winograd_of_images(const EmitRequest& r) {
  const VectorUnit unit = vector_unit(r.target);
  return Winograd(r.geometry, r.tiling, r.precision, unit).kernel(r.a, r.b, r.epilogue, unit);
}

}  // namespace sganc
