#include "compiler/codegen/winograd.h"

#include <algorithm>

#include "compiler/schedule/rules.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Halide::Var;

constexpr double kPoints[] = {0, 1, -1, 0.5, -2};

/// The coefficients, lowest first, of the polynomial with these zeros.
std::vector<double> polynomial(const std::vector<double>& zeros) {
  std::vector<double> c = {1};
  for (const double zero : zeros) {
    c.insert(c.begin(), 0.0);
    for (std::size_t i = 0; i + 1 < c.size(); ++i) c[i] -= zero * c[i + 1];
  }
  return c;
}

/// Element `row` of a matrix times a vector; `row` belongs to a loop that is unrolled.
Expr times(const MinimalFilter::Matrix& matrix, const Expr& row, const std::vector<Expr>& vector) {
  std::vector<Expr> elements;
  for (const auto& coefficients : matrix) {
    Expr sum;
    for (std::size_t i = 0; i < vector.size(); ++i) {
      const auto c = static_cast<float>(coefficients[i]);
      if (c == 0) continue;
      const Expr term = c == 1 ? vector[i] : c == -1 ? -vector[i] : vector[i] * c;
      sum = sum.defined() ? sum + term : term;
    }
    elements.push_back(sum.defined() ? sum : Expr(0.0f));
  }
  return Halide::mux(row, elements);
}

/// The convolution along one axis.
struct Axis {
  bool up = false;  // conv_backward_data: its outputs have phases; else its inputs
  int in = 1, out = 1, kernel = 1, stride = 1, low = 0;
  int m = 2;
  int taps = 1, tiles = 1;  // of a phase

  int positions() const { return m + taps - 1; }
  int phases_of_output() const { return up ? stride : 1; }
  int phases_of_input() const { return up ? 1 : stride; }
  /// The i-th input of a tile.
  Expr source(const Expr& tile, const Expr& i, const Expr& phase) const {
    return up ? (phase + low) / stride - (taps - 1) + tile * m + i : stride * (tile * m + i) + phase - low;
  }
  /// The j-th tap of a phase; `kernel` or more where it has none.
  Expr tap(int j, const Expr& phase) const {
    return up ? (phase + low) % stride + stride * (taps - 1 - j) : phase + stride * j;
  }
};

Axis axis_of(const FewChannels& f, std::size_t axis, int m) {
  const auto at = [](const auto& v, std::size_t i) { return static_cast<int>(v.at(i)); };
  Axis a{.up = f.op == Op::conv_backward_data};
  const Shape &in = a.up ? f.y : f.x, &out = a.up ? f.x : f.y;
  a.in = at(in, 1 + axis), a.out = at(out, 1 + axis), a.kernel = at(f.w, 2 + axis);
  a.stride = at(f.strides, axis), a.low = at(f.pads, axis), a.m = m;
  a.taps = (a.kernel + a.stride - 1) / a.stride;
  const int outputs = a.out / a.phases_of_output();
  a.tiles = (outputs + m - 1) / m;
  return a;
}

/// The stages of one kernel, in the coordinates of all of them: k, c channels read and written; i tile of a
/// block of images; px, py position; fx, fy phase.
class Winograd {
 public:
  Winograd(const FewChannels& f, const Tiling& tiling)
      : up_(f.op == Op::conv_backward_data),
        x_(axis_of(f, 1, tiling.outputs)),
        y_(axis_of(f, 0, tiling.outputs)),
        along_x_(minimal_filter(x_.m, x_.taps)),
        along_y_(minimal_filter(y_.m, y_.taps)),
        tiling_(tiling),
        in_(static_cast<int>((up_ ? f.y : f.x).at(3))),
        out_(static_cast<int>((up_ ? f.x : f.y).at(3))),
        images_(static_cast<int>(f.x.at(0))),
        panel_(winograd_panel(out_)) {}

  FewChannelsKernel kernel(const Func& image, const Func& w, const Finish& finish, const VectorUnit& unit) {
    transform_inputs(image);
    transform_weights(w);
    multiply();
    transform_outputs();
    finish_outputs(finish);
    return {{{"output", output_, true},
             {"inverse", inverse_},
             {"inverse_row", inverse_row_},
             {"product", product_},
             {"sum", sum_},
             {"tiles", tiles_},
             {"tile_row", tile_row_},
             {"weights", weights_},
             {"packed", packed_}},
            output_,
            winograd_schedule({.channels = out_,
                               .panel = panel_,
                               .tile = x_.m,
                               .tiles = x_.tiles * y_.tiles * tiling_.images,
                               .up = up_,
                               .strided = x_.stride * y_.stride > 1},
                              unit)};
  }

 private:
  void transform_inputs(const Func& image) {
    const Expr tx = i % x_.tiles, ty = i / x_.tiles % y_.tiles,
               n = block * tiling_.images + i / (x_.tiles * y_.tiles);
    const Expr row = y_.source(ty, e, fy);
    std::vector<Expr> pixels, rows;
    for (int q = 0; q < x_.positions(); ++q) {
      const Expr column = x_.source(tx, q, fx);
      pixels.push_back(
          Halide::select(column >= 0 && column < x_.in && row >= 0 && row < y_.in,
                         image(k, Halide::clamp(column, 0, x_.in - 1), Halide::clamp(row, 0, y_.in - 1),
                               Halide::clamp(n, 0, images_ - 1)),
                         0.0f));
    }
    tile_row_(k, px, e, i, fx, fy, block) = times(along_x_.input, px, pixels);
    for (int q = 0; q < y_.positions(); ++q) rows.push_back(tile_row_(k, px, q, i, fx, fy, block));
    tiles_(k, i, px, py, fx, fy, block) = times(along_y_.input, py, rows);
  }

  /// In panels of output channels, which a product reads from front to back.
  void transform_weights(const Func& w) {
    packed_(c, k, kx, ky) = up_ ? w(kx, ky, c, k) : w(kx, ky, k, c);
    std::vector<Expr> rows;
    for (int q = 0; q < y_.taps; ++q) {
      std::vector<Expr> columns;
      for (int j = 0; j < x_.taps; ++j) {
        const Expr tx = x_.tap(j, fx), ty = y_.tap(q, fy);
        const Expr weight = packed_(panel * panel_ + ci, k, Halide::clamp(tx, 0, x_.kernel - 1),
                                    Halide::clamp(ty, 0, y_.kernel - 1));
        columns.push_back(Halide::select(tx < x_.kernel && ty < y_.kernel, weight, 0.0f));
      }
      rows.push_back(times(along_x_.taps, px, columns));
    }
    weights_(ci, k, panel, px, py, fx, fy) = times(along_y_.taps, py, rows);
  }

  void multiply() {
    const std::vector<Halide::Internal::ReductionVariable> loops = {
        {"r", 0, in_}, {"rx", 0, x_.phases_of_input()}, {"ry", 0, y_.phases_of_input()}};
    const Halide::RDom r{Halide::Internal::ReductionDomain(loops)};
    const Expr phase_x = up_ ? Expr(fx) : Expr(r[1]), phase_y = up_ ? Expr(fy) : Expr(r[2]);
    sum_(c, i, px, py, fx, fy, block) = 0.0f;
    sum_(c, i, px, py, fx, fy, block) += tiles_(r[0], i, px, py, phase_x, phase_y, block) *
                                         weights_(c % panel_, r[0], c / panel_, px, py, phase_x, phase_y);
    product_(c, i, px, py, fx, fy, block) = sum_(c, i, px, py, fx, fy, block);
  }

  void transform_outputs() {
    std::vector<Expr> columns, rows;
    for (int q = 0; q < x_.positions(); ++q) columns.push_back(product_(c, i, q, e, fx, fy, block));
    inverse_row_(c, jx, e, i, fx, fy, block) = times(along_x_.output, jx, columns);
    for (int q = 0; q < y_.positions(); ++q) rows.push_back(inverse_row_(c, jx, q, i, fx, fy, block));
    inverse_(c, jx, jy, i, fx, fy, block) = times(along_y_.output, jy, rows);
  }

  void finish_outputs(const Finish& finish) {
    const Expr tile = x / x_.m + x_.tiles * (y / y_.m + y_.tiles * b);
    const Expr value = inverse_(c, x % x_.m, y % y_.m, tile, fx, fy, block);
    const int step_x = x_.phases_of_output(), step_y = y_.phases_of_output();
    const auto values = finish(value, {c, x * step_x + fx, y * step_y + fy, block * tiling_.images + b});
    const std::vector<Var> dims = {c, fx, x, fy, y, b, block};
    if (values.size() == 1)
      output_(dims) = values[0];
    else
      output_(dims) = Halide::Tuple(values);
  }

  bool up_;
  Axis x_, y_;
  MinimalFilter along_x_, along_y_;
  Tiling tiling_;
  int in_, out_, images_, panel_;
  Var c{"c"}, k{"k"}, ci{"ci"}, panel{"panel"}, kx{"kx"}, ky{"ky"}, x{"x"}, y{"y"}, b{"b"}, block{"block"},
      i{"i"}, e{"e"}, px{"px"}, py{"py"}, fx{"fx"}, fy{"fy"}, jx{"jx"}, jy{"jy"};
  Func tile_row_{"tile_row"}, tiles_{"tiles"}, packed_{"packed"}, weights_{"weights"}, sum_{"sum"},
      product_{"product"}, inverse_row_{"inverse_row"}, inverse_{"inverse"}, output_{"output"};
};

}  // namespace

MinimalFilter minimal_filter(int outputs, int taps) {
  const auto m = static_cast<std::size_t>(outputs), r = static_cast<std::size_t>(taps), n = m + r - 1;
  const std::vector<double> points(kPoints, kPoints + n - 1);
  MinimalFilter f{MinimalFilter::Matrix(m, std::vector<double>(n)),
                  MinimalFilter::Matrix(n, std::vector<double>(r)),
                  MinimalFilter::Matrix(n, std::vector<double>(n))};
  for (std::size_t j = 0; j + 1 < n; ++j) {
    double norm = 1, power = 1;
    std::vector<double> others;
    for (std::size_t l = 0; l + 1 < n; ++l)
      if (l != j) norm *= points[j] - points[l], others.push_back(points[l]);
    for (std::size_t i = 0; i < std::max(m, r); ++i, power *= points[j]) {
      if (i < m) f.output[i][j] = power;
      if (i < r) f.taps[j][i] = power / norm;
    }
    std::ranges::copy(polynomial(others), f.input[j].begin());
  }
  f.output[m - 1][n - 1] = f.taps[n - 1][r - 1] = 1;
  std::ranges::copy(polynomial(points), f.input[n - 1].begin());
  return f;
}

FewChannelsKernel winograd_kernel(const FewChannels& geometry, const Tiling& tiling, Func a, Func b,
                                  const Finish& finish, const Halide::Target& target) {
  return Winograd(geometry, tiling).kernel(a, b, finish, vector_unit(target));
}

}  // namespace sganc
