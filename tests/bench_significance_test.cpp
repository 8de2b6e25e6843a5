// Whether measurements differ by more than chance: published values, all signs counted out, and what is said.

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/driver/bench/significance.h"
#include "compiler/driver/bench/spread.h"

namespace sganc {
namespace {

using Values = std::vector<double>;

/// Computes p by its definition: the share of all signs for the ranks whose sum is at least as uneven.
double counted_out(const Values& differences) {
  const auto n = differences.size();
  Values ranks(n);
  double sum = 0, positive = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double a = std::abs(differences[i]), b = std::abs(differences[j]);
      ranks[i] += b < a ? 1 : b == a ? 0.5 : 0;
    }
    ranks[i] += 0.5;
    sum += ranks[i];
    if (differences[i] > 0) positive += ranks[i];
  }
  const double uneven = std::abs(positive - sum / 2);
  unsigned count = 0;
  for (unsigned signs = 0; signs < 1U << n; ++signs) {
    double other = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (signs >> i & 1) other += ranks[i];
    if (std::abs(other - sum / 2) >= uneven) ++count;
  }
  return count / std::exp2(n);
}

TEST(Significance, AgreesWithPublishedValues) {
  // Hollander and Wolfe, Nonparametric Statistical Methods, table 3.1: V = 40, one-sided 0.01953 (wilcox.test
  // of R).
  EXPECT_DOUBLE_EQ(
      wilcoxon_signed_rank(Values{1.83 - 0.878, 0.50 - 0.647, 1.62 - 0.598, 2.48 - 2.05, 1.68 - 1.06,
                                  1.88 - 1.29, 1.55 - 1.06, 3.06 - 3.14, 1.30 - 1.29}),
      2 * 10 / 512.0);
  // Darwin's maize, by Fisher: T = 24, p = 0.041259765625 (scipy.stats.wilcoxon).
  EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(Values{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75}),
                   0.041259765625);
  // For 10 pairs, the tables' two-sided critical value at 5 % is 8: 25 of 1024 sums are at most 8, and 33
  // are at most 9.
  EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(Values{1, 2, 3, 4, 5, 6, 7, -8, 9, 10}), 2 * 25 / 1024.0);
  EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(Values{1, 2, 3, 4, 5, 6, 7, 8, -9, 10}), 2 * 33 / 1024.0);
}

TEST(Significance, IsExactWithTiesAndZeros) {
  for (const Values& v : {Values{1, 1, 1, -1}, Values{2, -1, 2, 3, 3, -3, 5},
                          Values{-4, -4, -4, -4, -4, 1, 1}, Values{1, -2, 3, -4, 5, -6, 7, 8}, Values{0.5}}) {
    EXPECT_NEAR(wilcoxon_signed_rank(v), counted_out(v), 1e-12);
    Values with_zeros = v, opposite;
    with_zeros.insert(with_zeros.begin() + 1, {0, 0});
    EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(with_zeros), wilcoxon_signed_rank(v));
    for (const double d : v) opposite.push_back(-d);
    EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(opposite), wilcoxon_signed_rank(v));
  }
  EXPECT_EQ(wilcoxon_signed_rank(Values{}), 1);
  EXPECT_EQ(wilcoxon_signed_rank(Values{0, 0, 0}), 1);
}

TEST(Significance, FewPairsCannotTell) {
  EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(Values(kLeastPairs - 1, 3.0)), 0.0625);
  EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(Values(kLeastPairs, 3.0)), 0.03125);
}

TEST(Significance, ManyPairsGoOnWhereTheExactOnesEnd) {
  Values v;
  for (int i = 1; i <= 200; ++i) v.push_back(i % 5 < 2 ? -i : i);
  const double exact = wilcoxon_signed_rank(v);
  EXPECT_GT(exact, 0.01);
  EXPECT_LT(exact, 0.02);
  v.push_back(0.5);  // the lowest rank
  EXPECT_NEAR(wilcoxon_signed_rank(v), exact, 0.002) << "by the normal distribution";
  EXPECT_LT(wilcoxon_signed_rank(Values(1000, 1.0)), 1e-6);
}

TEST(Significance, SpeedupsByPairs) {
  const Speedup s = speedup(Values{10, 20, 12, 10, 10, 10}, Values{5, 10, 8, 5, 5, 5});
  EXPECT_EQ(s.ratio, 2);
  EXPECT_EQ(s.p, 0.03125);
  EXPECT_EQ(s.pairs, 6U);
  EXPECT_THROW(speedup(Values{1}, Values{1, 2}), std::logic_error);
}

TEST(Significance, IsSaid) {
  EXPECT_EQ(to_text(Speedup{1.234, 0.00195, 10}), "1.23x (p = 0.002)");
  EXPECT_EQ(to_text(Speedup{0.5, 0.0001, 20}), "0.50x (p < 0.001)");
  EXPECT_EQ(to_text(Speedup{1.01, 0.43, 10}), "1.01x, no difference seen (p = 0.43)");
  EXPECT_EQ(to_text(Speedup{1.01, 0.06, 10}), "1.01x, no difference seen (p = 0.060)");
  EXPECT_EQ(to_text(Speedup{2, 0.0625, 5}), "2.00x");
}

TEST(Spread, MiddleAndDistance) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(mean({1, 2, 6}), 3);
  EXPECT_EQ(median_absolute_deviation({1, 1, 2, 2, 4, 6, 9}), 1);
  EXPECT_EQ(standard_deviation({5}), 0);
  EXPECT_DOUBLE_EQ(standard_deviation({2, 4, 4, 4, 5, 5, 7, 9}), std::sqrt(32.0 / 7));
}

}  // namespace
}  // namespace sganc
