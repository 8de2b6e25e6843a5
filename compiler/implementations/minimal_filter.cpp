#include "compiler/implementations/minimal_filter.h"

#include <algorithm>

namespace sganc {
namespace {

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

}  // namespace

Halide::Expr times(const MinimalFilter::Matrix& matrix, const Halide::Expr& row,
                   const std::vector<Halide::Expr>& vector) {
  std::vector<Halide::Expr> elements;
  for (const auto& coefficients : matrix) {
    Halide::Expr sum;
    for (std::size_t i = 0; i < vector.size(); ++i) {
      const auto c = static_cast<float>(coefficients[i]);
      if (c == 0) continue;
      const Halide::Expr term = c == 1 ? vector[i] : c == -1 ? -vector[i] : vector[i] * c;
      sum = sum.defined() ? sum + term : term;
    }
    elements.push_back(sum.defined() ? sum : Halide::Expr(0.0f));
  }
  return Halide::mux(row, elements);
}

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

}  // namespace sganc
