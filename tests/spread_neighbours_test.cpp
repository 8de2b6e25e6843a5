// The neighbours of vectors, against a search of all pairs.

#include "runtime/spread/neighbours.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <random>

namespace sganc {
namespace {

VectorTable random_vectors(std::int64_t count, std::int64_t length, std::int64_t block, bool coarse) {
  std::mt19937 random(static_cast<unsigned>(count * 31 + length));
  std::normal_distribution<float> normal;
  VectorTable table(count, length, block);
  for (std::int64_t i = 0; i < count; ++i)
    for (float& x : table.row(i)) x = coarse ? std::round(normal(random)) : normal(random);
  return table;
}

float product_of(VectorTable& t, std::int64_t i, std::int64_t j) {
  float sum = 0;
  for (std::int64_t k = 0; k < t.length; ++k)
    sum += t.row(i)[static_cast<std::size_t>(k)] * t.row(j)[static_cast<std::size_t>(k)];
  return sum;
}

/// Computes the products of two blocks in the simplest way.
struct PlainProduct {
  const VectorTable& table;
  std::vector<float> products = {};
  int calls = 0;

  std::span<const float> operator()(const float* rows, const float* columns) {
    ++calls;
    const auto n = table.block, length = table.length;
    products.assign(static_cast<std::size_t>(n * n), 0);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t k = 0; k < length; ++k)
          products[static_cast<std::size_t>(i * n + j)] += rows[i * length + k] * columns[j * length + k];
    return products;
  }
};

/// Returns each vector's neighbours by comparing all pairs.
Neighbours all_pairs(VectorTable& table, std::int64_t each) {
  Neighbours n{each, {}, {}};
  for (std::int64_t i = 0; i < table.count; ++i) {
    std::vector<std::pair<float, std::int32_t>> others;
    for (std::int64_t j = 0; j < table.count; ++j)
      if (j != i) others.emplace_back(-product_of(table, i, j), static_cast<std::int32_t>(j));
    std::ranges::sort(others);
    others.resize(static_cast<std::size_t>(each), {0.F, -1});
    for (const auto& [negative, index] : others) {
      n.index.push_back(index);
      n.similarity.push_back(-negative);
    }
  }
  return n;
}

void expect_all_pairs(std::int64_t count, std::int64_t length, std::int64_t block, std::int64_t each,
                      bool coarse) {
  SCOPED_TRACE(std::to_string(count) + " vectors in blocks of " + std::to_string(block));
  auto table = random_vectors(count, length, block, coarse);
  const auto expected = all_pairs(table, each);
  for (const int threads : {1, 2, 3}) {
    omp_set_num_threads(threads);
    PlainProduct product{table};
    const auto found = find_neighbours(table, each, std::ref(product));
    EXPECT_EQ(found.index, expected.index);
    EXPECT_EQ(found.similarity, expected.similarity);
    EXPECT_EQ(product.calls, table.blocks() * (table.blocks() + 1) / 2);
  }
  omp_set_num_threads(2);
}

TEST(FindNeighbours, FindsWhatAllPairsDo) {
  expect_all_pairs(100, 5, 32, 4, false);
  expect_all_pairs(64, 3, 32, 10, false);  // whole blocks
  expect_all_pairs(65, 3, 32, 1, false);   // one vector in the last block
  expect_all_pairs(20, 7, 64, 3, false);   // one block, not whole
  expect_all_pairs(150, 2, 16, 5, true);   // many equal products: the smaller index comes first
}

TEST(FindNeighbours, LeavesPlacesWithoutANeighbourOpen) {
  expect_all_pairs(3, 2, 16, 5, false);
  expect_all_pairs(1, 2, 16, 2, false);
}

TEST(FindNeighbours, StopsWhereItIsTold) {
  auto table = random_vectors(100, 5, 32, false);
  PlainProduct product{table};
  std::vector<double> done;
  const auto found = find_neighbours(table, 3, std::ref(product), [&](double part) {
    done.push_back(part);
    return done.size() < 2;
  });
  EXPECT_EQ(found.each, 0);
  EXPECT_EQ(done, (std::vector<double>{0.4, 0.7}));  // 4 of 10 products, then 7
}

}  // namespace
}  // namespace sganc
