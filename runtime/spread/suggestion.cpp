#include "runtime/spread/suggestion.h"

#include <algorithm>
#include <numeric>

namespace sganc {

std::vector<Suggestion> suggest(const SparseMatrix& ties, const SpreadLabels& spread,
                                std::span<const std::int32_t> labels, std::int64_t count, double alpha,
                                std::int64_t rounds) {
  const std::size_t nodes = labels.size();
  const auto reach = [&](std::vector<float> from) {
    return diffuse(ties, std::move(from), 1, alpha, rounds);
  };
  std::vector<float> uncertain(nodes), known(nodes);
  for (std::size_t j = 0; j < nodes; ++j) {
    uncertain[j] = labels[j] >= 0 ? 0.F : 1 - spread.certainty[j];
    known[j] = labels[j] >= 0 ? 1.F : 0.F;
  }
  const auto all = [&] { return std::accumulate(uncertain.begin(), uncertain.end(), 0.0); };
  const double at_first = all();
  auto reached = reach(known);  // m
  std::vector<Suggestion> chosen;
  while (static_cast<std::int64_t>(chosen.size()) < count) {
    auto help = reach(uncertain);
    for (std::size_t j = 0; j < nodes; ++j)
      if (known[j] > 0) help[j] = -1;
    const auto best = std::ranges::max_element(help);
    if (best == help.end() || !(*best > 0)) break;
    const auto i = static_cast<std::size_t>(best - help.begin());
    known[i] = 1;

    std::vector<float> label(nodes);
    label[i] = 1;
    const auto more = reach(std::move(label));
    const double before = all();
    for (std::size_t j = 0; j < nodes; ++j)
      if (more[j] > 0) uncertain[j] *= reached[j] / (reached[j] + more[j]), reached[j] += more[j];
    uncertain[i] = 0;
    chosen.push_back({static_cast<std::int32_t>(i), (before - all()) / at_first});
  }
  return chosen;
}

}  // namespace sganc
