// Labels over a graph: against dense matrices, and in cases that can be followed by hand.

#include "runtime/spread/diffusion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sganc {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Returns D^-1/2 (W + W') D^-1/2 of the neighbours as a dense matrix.
Matrix dense_ties(const Neighbours& n, double power) {
  const auto count = n.index.size() / static_cast<std::size_t>(n.each);
  Matrix w(count, std::vector<double>(count));
  for (std::size_t i = 0; i < n.index.size(); ++i)
    if (const auto j = n.index[i]; j >= 0) {
      const double tie = std::pow(std::max(0.F, n.similarity[i]), power);
      w[i / static_cast<std::size_t>(n.each)][static_cast<std::size_t>(j)] += tie;
      w[static_cast<std::size_t>(j)][i / static_cast<std::size_t>(n.each)] += tie;
    }
  std::vector<double> sums;
  for (const auto& row : w) {
    double sum = 0;
    for (const double x : row) sum += x;
    sums.push_back(sum);
  }
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j)
      if (w[i][j] != 0) w[i][j] /= std::sqrt(sums[i] * sums[j]);
  return w;
}

Neighbours random_neighbours(int count, int each, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> other(0, count - 1);
  std::uniform_real_distribution<float> similarity(-0.2F, 1);
  Neighbours n{each, {}, {}};
  for (int i = 0; i < count * each; ++i) {
    int j = other(random);
    while (j == i / each) j = other(random);
    n.index.push_back(i % 7 == 6 ? -1 : j);
    n.similarity.push_back(i % 7 == 6 ? 0 : similarity(random));
  }
  return n;
}

TEST(Tie, IsTheSymmetricNormalizedMatrix) {
  const auto neighbours = random_neighbours(30, 4, 1);
  const Matrix expected = dense_ties(neighbours, 3);
  const SparseMatrix s = tie(neighbours, 3);
  Matrix found(30, std::vector<double>(30));
  for (std::size_t i = 0; i < 30; ++i)
    for (auto e = static_cast<std::size_t>(s.begin[i]); e < static_cast<std::size_t>(s.begin[i + 1]); ++e) {
      if (e > static_cast<std::size_t>(s.begin[i])) {
        EXPECT_LT(s.column[e - 1], s.column[e]);
      }
      found[i][static_cast<std::size_t>(s.column[e])] = static_cast<double>(s.value[e]);
    }
  for (std::size_t i = 0; i < 30; ++i)
    for (std::size_t j = 0; j < 30; ++j) EXPECT_NEAR(found[i][j], expected[i][j], 1e-6) << i << " " << j;
}

TEST(Diffuse, DoesWhatDenseMatricesDo) {
  const auto neighbours = random_neighbours(40, 3, 2);
  const Matrix s = dense_ties(neighbours, 2);
  std::vector<std::int32_t> labels(40, -1);
  labels[3] = 0, labels[17] = 2, labels[18] = 2, labels[30] = 1;
  Matrix y(40, std::vector<double>(3));
  y[3][0] = 1, y[17][2] = y[18][2] = 0.5, y[30][1] = 1;
  Matrix z = y;
  for (int round = 0; round < 25; ++round) {
    Matrix next(40, std::vector<double>(3));
    for (std::size_t i = 0; i < 40; ++i)
      for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t j = 0; j < 40; ++j) next[i][c] += 0.9 * s[i][j] * z[j][c];
        next[i][c] += (1 - 0.9) * y[i][c];
      }
    z = next;
  }
  const auto mass = diffuse(tie(neighbours, 2), labels, 3, 0.9, 25);
  for (std::size_t i = 0; i < 40; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(static_cast<double>(mass.values[i * 3 + c]), z[i][c], 1e-6) << i << " " << c;
}

TEST(Classify, FollowsTheTies) {
  // Two chains, 0-1-2 and 3-4; image 5 has no tie.
  const Neighbours n{1, {1, 2, 1, 4, 3, -1}, {1, 1, 1, 1, 1, 0}};
  const std::vector<std::int32_t> labels = {1, -1, -1, -1, 0, -1};
  const auto spread = classify(diffuse(tie(n, 1), labels, 2, 0.99, 50), labels);
  EXPECT_EQ(spread.label, (std::vector<std::int32_t>{1, 1, 1, 0, 0, -1}));
  EXPECT_EQ(spread.certainty, (std::vector<float>{1, 1, 1, 1, 1, 0}));
}

/// Of two labels that meet, the more certain one wins; labels without certainty say nothing.
TEST(Diffusion, OfLabelsThatAreLessCertain) {
  // A chain 0-1-2-3-4.
  const Neighbours n{2, {1, -1, 0, 2, 1, 3, 2, 4, 3, -1}, {1, 0, 1, 1, 1, 1, 1, 1, 1, 0}};
  const std::vector<std::int32_t> labels = {0, 0, 0, 1, 1}, none(5, -1);
  const auto label = [&](std::vector<float> certainty) {
    return classify(diffuse(tie(n, 1), labels, certainty, 2, 0.9, 50), none).label;
  };
  EXPECT_EQ(label({1, 1, 1, 1, 1}), (std::vector<std::int32_t>{0, 0, 0, 1, 1}));
  EXPECT_EQ(label({0, 0, 0, 0, 1}), (std::vector<std::int32_t>{1, 1, 1, 1, 1}));
  EXPECT_EQ(label({1, 0, 0.01F, 0, 1})[2], label({1, 0, 0, 0, 1})[2]);
  // With the certainty 1 everywhere it is the other form.
  const std::vector<std::int32_t> some = {0, -1, -1, -1, 1};
  EXPECT_EQ(diffuse(tie(n, 1), some, std::vector<float>(5, 1.F), 2, 0.9, 50).values,
            diffuse(tie(n, 1), some, 2, 0.9, 50).values);
}

TEST(Classify, TellsHowCertainItIs) {
  const ClassMass mass{3, {2, 1, 1, 0, 3, 3, 0, 0, 1}};
  const auto spread = classify(mass, std::vector<std::int32_t>{-1, -1, 0});
  EXPECT_EQ(spread.label, (std::vector<std::int32_t>{0, 1, 0}));  // the first of two equals; its own label
  EXPECT_EQ(spread.certainty, (std::vector<float>{0.25F, 0, 1}));
}

TEST(MostCertain, TakesAPartOfEachClass) {
  const SpreadLabels labels{{0, 0, 0, 0, 1, 1, -1, 0}, {0.1F, 0.9F, 0.5F, 0.5F, 0.3F, 0.2F, 0, 0.5F}};
  EXPECT_EQ(most_certain(labels, 2, 0.5), (std::vector<std::int32_t>{1, 2, 3, 4}));
  EXPECT_EQ(most_certain(labels, 2, 0.01), (std::vector<std::int32_t>{1, 4}));
  EXPECT_EQ(most_certain(labels, 3, 1), (std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 7}));
}

}  // namespace
}  // namespace sganc
