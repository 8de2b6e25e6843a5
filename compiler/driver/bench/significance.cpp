#include "compiler/driver/bench/significance.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "compiler/driver/bench/spread.h"
#include "compiler/inspect/text_table.h"

namespace sganc {
namespace {

constexpr std::size_t kMostExact = 200;

struct Ranks {
  std::vector<std::size_t> doubled;  // twice the rank of each difference, so that shared ranks are whole
  std::size_t positive = 0;          // the sum of the doubled ranks of positive differences
  double ties = 0;                   // the sum of t^3 - t over groups of t equal differences
};

Ranks rank(std::span<const double> differences) {
  std::vector<double> sorted;
  std::ranges::copy_if(differences, std::back_inserter(sorted), [](double d) { return d != 0; });
  std::ranges::sort(sorted, {}, [](double d) { return std::abs(d); });
  Ranks ranks;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && std::abs(sorted[end]) == std::abs(sorted[begin])) ++end;
    const auto count = static_cast<double>(end - begin);
    ranks.ties += count * count * count - count;
    for (std::size_t i = begin; i < end; ++i) {
      ranks.doubled.push_back(begin + 1 + end);  // twice the mean of begin + 1 ... end
      if (sorted[i] > 0) ranks.positive += ranks.doubled.back();
    }
    begin = end;
  }
  return ranks;
}

/// The probability that the sum of the positive ranks is at most `bound` (doubled), if all signs are equally
/// likely.
double exact_tail(const Ranks& ranks, std::size_t bound) {
  std::vector<double> probability(bound + 1);  // of each sum of the ranks so far
  probability[0] = 1;
  for (const std::size_t r : ranks.doubled)
    for (std::size_t sum = bound + 1; sum-- > 0;)
      probability[sum] = (probability[sum] + (sum >= r ? probability[sum - r] : 0)) / 2;
  double tail = 0;
  for (const double p : probability) tail += p;
  return tail;
}

/// The same by a normal distribution with that sum's mean and variance, with a correction for continuity.
double normal_tail(const Ranks& ranks, std::size_t bound) {
  const auto n = static_cast<double>(ranks.doubled.size());
  const double expected = n * (n + 1) / 4, variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.ties / 48;
  const double z = (static_cast<double>(bound) / 2 + 0.5 - expected) / std::sqrt(variance);
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

}  // namespace

double wilcoxon_signed_rank(std::span<const double> differences) {
  const Ranks ranks = rank(differences);
  const std::size_t n = ranks.doubled.size();
  const std::size_t smaller = std::min(ranks.positive, n * (n + 1) - ranks.positive);  // the smaller sum
  const double tail = n <= kMostExact ? exact_tail(ranks, smaller) : normal_tail(ranks, smaller);
  return std::min(1.0, 2 * tail);
}

Speedup speedup(std::span<const double> baseline, std::span<const double> times) {
  if (baseline.size() != times.size()) throw std::logic_error("measurements are compared in pairs");
  std::vector<double> ratios, differences;
  for (std::size_t i = 0; i < times.size(); ++i) {
    differences.push_back(baseline[i] - times[i]);
    ratios.push_back(times[i] > 0 ? baseline[i] / times[i] : 1);
  }
  return {median(std::move(ratios)), wilcoxon_signed_rank(differences), times.size()};
}

std::string p_text(double p) {
  return p < 0.001 ? "p < 0.001" : "p = " + fixed(p, p < 0.1 ? 3 : 2);
}

std::string to_text(const Speedup& s) {
  const std::string ratio = fixed(s.ratio, 2) + "x";
  if (s.pairs < kLeastPairs) return ratio;
  return s.p > kSignificant ? ratio + ", no difference seen (" + p_text(s.p) + ")"
                            : ratio + " (" + p_text(s.p) + ")";
}

}  // namespace sganc
