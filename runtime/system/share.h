#pragma once
// How the rows of a batch are divided among ranks: the processes that train together.

#include <cstdint>

namespace sganc {

/// The rows of a batch that belong to a rank: [first, first + count).
struct Share {
  std::int64_t first = 0, count = 0;
  bool operator==(const Share&) const = default;
};

/// Rank r of N, counted from 0, has the rows [rows r / N, rows (r + 1) / N), rounded down. So the shares
/// follow each other, differ by at most one row, and together are all rows. If there are fewer rows than
/// ranks, some shares are empty.
constexpr Share share_of(std::int64_t rows, int rank, int ranks) {
  const std::int64_t first = rows * rank / ranks;
  return {first, rows * (rank + 1) / ranks - first};
}

}  // namespace sganc
