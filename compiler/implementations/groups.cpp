#include "compiler/implementations/groups.h"

#include <algorithm>

namespace sganc {

/// The most memory for the gradients of all groups.
static constexpr std::int64_t kMostBytes = 64 << 20;

int groups_of_sums(std::int64_t bytes, std::int64_t items, int threads) {
  const std::int64_t team = threads;
  const std::int64_t most = std::min({2 * team, items, std::max<std::int64_t>(kMostBytes / bytes, 1)});
  const auto rounds = [&](std::int64_t groups) {  // of one item, for the slowest thread
    return (groups + team - 1) / team * ((items + groups - 1) / groups);
  };
  std::int64_t best = 1;
  for (std::int64_t n = 2; n <= most; ++n)
    if (rounds(n) < rounds(best)) best = n;
  return static_cast<int>(best);
}

int images_of_block(std::int64_t images, std::int64_t bytes, std::int64_t most_bytes, int threads) {
  std::int64_t best = 1;
  for (std::int64_t block = 2; block <= images / (2 * threads) && block * bytes <= most_bytes; ++block)
    if (images % block == 0) best = block;
  return static_cast<int>(best);
}

}  // namespace sganc
