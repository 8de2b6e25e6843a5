#pragma once
// Runs an implementation's kernel by itself and compares it with the obvious loops.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/convolution_cases.h"

namespace sganc {

/// Returns 2 * sum + a number of the coordinates if the result is images, so that a wrong coordinate shows.
/// Returns sums if it is weights.
inline Values run_by(const Implementation& row, const ConvolutionGeometry& f, const Tiling& tiling,
                     Precision precision, Values& a, Values& b, const KernelSchedule& more = {}) {
  using Halide::Expr;
  const bool up = f.op == Op::conv_backward_data, weights = f.op == Op::conv_backward_weights;
  const auto first = as_func(buffer_over(a, up ? f.y : f.x)),
             second = as_func(buffer_over(b, weights ? f.y : f.w));
  const auto epilogue = [&](Expr sum, const std::vector<Expr>& at) -> std::vector<Expr> {
    if (weights) return {sum};
    return {2.0f * sum + Halide::cast<float>(at[0] + 3 * at[1] + 5 * at[2] + 7 * at[3])};
  };
  auto kernel = row.emit({.geometry = f,
                          .tiling = tiling,
                          .precision = precision,
                          .a = first,
                          .b = second,
                          .epilogue = epilogue,
                          .target = target_here()});
  const Shape extents = row.written ? row.written(f, tiling) : result_shape(f);
  KernelSchedule schedule = kernel.default_schedule;
  schedule.insert(schedule.end(), more.begin(), more.end());
  apply_schedule(schedule, kernel.funcs, {.extents = {{"output", extents}}});
  Values result(elements(result_shape(f)), NAN);
  const auto vars = kernel.output.args();
  for (std::size_t i = 0; i < extents.size(); ++i)
    kernel.output.bound(vars[i], 0, static_cast<int>(extents[extents.size() - 1 - i]));
  Halide::Buffer<float> out(result.data(), std::vector<int>(extents.rbegin(), extents.rend()));
  kernel.output.realize(out, target_here());
  return result;
}

/// Compares sums of whole numbers, so that only the rounding of transforms differs. bf16 holds these
/// numbers exactly, and also their transforms of at most four positions.
inline void expect_close(const Implementation& row, const ConvolutionGeometry& f, const Tiling& tiling,
                         Precision precision) {
  Values a = integers(f.op == Op::conv_backward_data ? f.y : f.x, 1);
  Values b = integers(f.op == Op::conv_backward_weights ? f.y : f.w, 2);
  const Values sums = obvious(f, a, b), result = run_by(row, f, tiling, precision, a, b);
  const Shape& s = result_shape(f);
  double largest = 0, apart = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t l = at % s[3], k = at / s[3] % s[2], j = at / (s[3] * s[2]) % s[1],
                       n = at / (s[3] * s[2] * s[1]);
    const double expected = f.op == Op::conv_backward_weights
                                ? sums[i]
                                : 2.0 * sums[i] + static_cast<double>(l + 3 * k + 5 * j + 7 * n);
    const double error = std::abs(result[i] - expected);
    ASSERT_FALSE(std::isnan(error)) << "element " << i;
    largest = std::max(largest, std::abs(expected)), apart = std::max(apart, error);
  }
  EXPECT_LE(apart, 1e-5 * largest) << "tiles of " << tiling.outputs << ", blocks of " << tiling.images << ", "
                                   << tiling.groups << " groups";
}

}  // namespace sganc
