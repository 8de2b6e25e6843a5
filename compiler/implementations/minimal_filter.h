#pragma once
// The matrices of Winograd's minimal filtering (Winograd 1980; Lavin, Gray 2016), by the method of Toom and
// Cook.

#include <Halide.h>

#include <vector>

namespace sganc {

/// F(m, r) = A [(G g) * (B d)]: m outputs y_i = sum over j < r of d_(i + j) g_j from n = m + r - 1 inputs d
/// and r taps g, with n multiplications. It uses the points 0, 1, -1, 1/2, -2 and infinity, so n is at most
/// 6.
struct MinimalFilter {
  using Matrix = std::vector<std::vector<double>>;
  Matrix output, taps, input;  // A {m, n}, G {n, r}, B {n, n}
};
MinimalFilter minimal_filter(int outputs, int taps);

/// Element `row` of matrix times vector. `row` must be a loop that is unrolled.
Halide::Expr times(const MinimalFilter::Matrix& matrix, const Halide::Expr& row,
                   const std::vector<Halide::Expr>& vector);

}  // namespace sganc
