#pragma once
// Tests whether two lists of measurements, taken in turns, differ by more than chance.

#include <span>
#include <string>
#include <vector>

namespace sganc {

/// Wilcoxon's signed-rank test: the two-sided probability of ranks at least as uneven as those of
/// `differences`, if both signs are equally likely. Differences of 0 do not count, and equal ones share their
/// ranks. Exact for up to 200 differences, by the normal distribution for more. 1 if nothing differs.
///   F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1(6), 1945, 80-83.
double wilcoxon_signed_rank(std::span<const double> differences);

/// A p of kSignificant or more counts as chance. With fewer than kLeastPairs pairs, p cannot be lower.
inline constexpr double kSignificant = 0.05;
inline constexpr std::size_t kLeastPairs = 6;  // 2 / 2^6 = 0.031

/// The speed-up of something over its baseline.
struct Speedup {
  double ratio = 1;  // the median over pairs
  double p = 1;
  std::size_t pairs = 0;
};

/// The speed-up of `times` over `baseline`. Elements with the same index were measured one after the other.
Speedup speedup(std::span<const double> baseline, std::span<const double> times);

/// "1.23x (p = 0.002)"; "1.01x, no difference seen (p = 0.43)"; "1.23x" if there are too few pairs to tell.
std::string to_text(const Speedup& speedup);

/// "p = 0.002", "p < 0.001".
std::string p_text(double p);

}  // namespace sganc
