#include "runtime/spread/neighbours.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace sganc {
namespace {

constexpr std::int64_t kChunk = 16;  // similarities that are compared at once

/// The most similar vectors of each row so far. The entries of a row have no order before `sorted`.
class Best {
 public:
  Best(std::int64_t count, std::int64_t each)
      : each_(each),
        index_(static_cast<std::size_t>(count * each), -1),
        similarity_(index_.size(), kNone),
        least_(static_cast<std::size_t>(count), kNone) {}

  /// For each row, the similarity that a further vector must exceed to be among the best.
  const float* least() const { return least_.data(); }

  /// Offers vector `other` to a row. A row must get its offers in ascending order, so that of equal
  /// similarities the one with the smaller index stays.
  void offer(std::int64_t row, std::int64_t other, float similarity) {
    if (other == row || similarity <= least_[at(row)]) return;
    float* const first = similarity_.data() + row * each_;
    float* const worst = std::min_element(first, first + each_);
    // Of equal entries, the one with the largest index is replaced.
    float* gone = worst;
    for (float* p = first; p != first + each_; ++p)
      if (*p == *worst && index_[at(p - similarity_.data())] > index_[at(gone - similarity_.data())])
        gone = p;
    *gone = similarity;
    index_[at(gone - similarity_.data())] = static_cast<std::int32_t>(other);
    least_[at(row)] = *std::min_element(first, first + each_);
  }

  /// Returns the neighbours, the most similar first in each row.
  Neighbours sorted(std::int64_t count) && {
    Neighbours n{each_, std::move(index_), std::move(similarity_)};
#pragma omp parallel for
    for (std::int64_t row = 0; row < count; ++row) sort(n, row);
    return n;
  }

 private:
  static constexpr float kNone = -std::numeric_limits<float>::infinity();
  static std::size_t at(std::int64_t i) {
    return static_cast<std::size_t>(i);
  }

  static void sort(Neighbours& n, std::int64_t row) {
    std::vector<std::pair<float, std::int32_t>> entries;
    for (std::int64_t i = row * n.each; i < (row + 1) * n.each; ++i)
      entries.emplace_back(-n.similarity[at(i)], n.index[at(i)]);
    std::ranges::sort(entries);
    for (std::int64_t i = 0; i < n.each; ++i) {
      const auto& [negative, index] = entries[at(i)];
      n.similarity[at(row * n.each + i)] = index < 0 ? 0 : -negative;
      n.index[at(row * n.each + i)] = index;
    }
  }

  std::int64_t each_;
  std::vector<std::int32_t> index_;
  std::vector<float> similarity_, least_;
};

/// One block of products: rows from `row` on, columns from `column` on.
struct Block {
  std::int64_t row, rows, column, columns, width;
  const float* products;
};

/// Whether any similarity of the chunk exceeds its `least`.
bool any_exceeds(const float* similarity, const float* least) {
  int any = 0;
  for (std::int64_t j = 0; j < kChunk; ++j) any |= similarity[j] > least[j];
  return any;
}
bool any_exceeds(const float* similarity, float least) {
  int any = 0;
  for (std::int64_t j = 0; j < kChunk; ++j) any |= similarity[j] > least;
  return any;
}

/// Offers the column vectors of a block to its row vectors.
void offer_columns(const Block& b, Best& best) {
#pragma omp parallel for
  for (std::int64_t i = 0; i < b.rows; ++i) {
    const float* s = b.products + i * b.width;
    const std::int64_t row = b.row + i;
    for (std::int64_t j = 0; j < b.columns; j += kChunk) {
      const std::int64_t end = std::min(j + kChunk, b.columns);
      if (end - j == kChunk && !any_exceeds(s + j, best.least()[row])) continue;
      for (std::int64_t k = j; k < end; ++k) best.offer(row, b.column + k, s[k]);
    }
  }
}

/// Offers the row vectors of a block to its column vectors. Each thread has columns of its own.
void offer_rows(const Block& b, Best& best) {
#pragma omp parallel for
  for (std::int64_t j = 0; j < b.columns; j += kChunk)
    for (std::int64_t i = 0; i < b.rows; ++i) {
      const float* s = b.products + i * b.width;
      const std::int64_t end = std::min(j + kChunk, b.columns);
      if (end - j == kChunk && !any_exceeds(s + j, best.least() + b.column + j)) continue;
      for (std::int64_t k = j; k < end; ++k) best.offer(b.column + k, b.row + i, s[k]);
    }
}

}  // namespace

VectorTable::VectorTable(std::int64_t count_, std::int64_t length_, std::int64_t block_)
    : count(count_),
      length(length_),
      block(block_),
      values(static_cast<std::size_t>((count_ + block_ - 1) / block_ * block_ * length_)) {}

Neighbours find_neighbours(const VectorTable& vectors, std::int64_t each, const BlockProduct& product,
                           const SearchProgress& progress) {
  Best best(vectors.count, each);
  const std::int64_t blocks = vectors.blocks();
  const auto size = [&](std::int64_t block) {
    return std::min(vectors.block, vectors.count - block * vectors.block);
  };
  for (std::int64_t r = 0, done = 0; r < blocks; ++r) {
    for (std::int64_t c = r; c < blocks; ++c, ++done) {
      const auto products = product(vectors.block_at(r), vectors.block_at(c));
      const Block block{r * vectors.block, size(r),       c * vectors.block,
                        size(c),           vectors.block, products.data()};
      offer_columns(block, best);
      if (c != r) offer_rows(block, best);
    }
    if (progress && !progress(2 * static_cast<double>(done) / static_cast<double>(blocks * (blocks + 1))))
      return {};
  }
  return std::move(best).sorted(vectors.count);
}

}  // namespace sganc
