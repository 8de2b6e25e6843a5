#pragma once
// The most similar ones of many vectors, by brute force: block by block of all products of two vectors.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace sganc {

/// Vectors of equal length, one behind the other, and behind them zeros up to a whole number of blocks.
struct VectorTable {
  std::int64_t count = 0, length = 0, block = 1;
  std::vector<float> values;

  VectorTable(std::int64_t count_, std::int64_t length_, std::int64_t block_);
  std::int64_t blocks() const { return (count + block - 1) / block; }
  std::span<float> row(std::int64_t i) {
    return std::span(values).subspan(static_cast<std::size_t>(i * length), static_cast<std::size_t>(length));
  }
  /// The first element of a block.
  const float* block_at(std::int64_t b) const { return values.data() + b * block * length; }
};

/// The neighbours of vector i stand at [i * each, (i + 1) * each): the other vectors with the largest
/// products, the largest first. Of equal products, the one with the smaller index is first. If there are
/// fewer than `each`, the remaining indices are -1.
struct Neighbours {
  std::int64_t each = 0;
  std::vector<std::int32_t> index;
  std::vector<float> similarity;
};

/// Gives the products of each vector of a block with each of another: row-major, block x block. Valid until
/// the next call.
using BlockProduct = std::function<std::span<const float>(const float* rows, const float* columns)>;

/// Called after each block of rows with the part that is done, from 0 to 1. Returns false to stop the search.
using SearchProgress = std::function<bool(double done)>;

/// Finds `each` neighbours of every vector, on OpenMP's team. The product of a block with itself and with
/// each later block is asked for once. The result does not depend on the number of threads, if the products
/// do not. Returns no neighbours (each = 0) if the search was stopped.
Neighbours find_neighbours(const VectorTable& vectors, std::int64_t each, const BlockProduct& product,
                           const SearchProgress& progress = {});

}  // namespace sganc
