// Which images to label next: in graphs that can be followed by hand.

#include "runtime/spread/suggestion.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sganc {
namespace {

/// Ties all nodes of each group to each other.
SparseMatrix groups(const std::vector<std::vector<std::int32_t>>& nodes, std::int32_t count) {
  Neighbours n{count, std::vector<std::int32_t>(static_cast<std::size_t>(count * count), -1),
               std::vector<float>(static_cast<std::size_t>(count * count))};
  for (const auto& group : nodes)
    for (const auto i : group) {
      auto at = static_cast<std::size_t>(i * count);
      for (const auto j : group)
        if (j != i) n.index[at] = j, n.similarity[at++] = 1;
    }
  return tie(n, 1);
}

std::vector<Suggestion> suggestions(const SparseMatrix& ties, const std::vector<std::int32_t>& labels,
                                    std::int64_t count) {
  return suggest(ties, classify(diffuse(ties, labels, 2, 0.9, 50), labels), labels, count, 0.9, 50);
}

TEST(Suggest, TakesTheLargestGroupWithoutALabelFirst) {
  // 0 to 4 with a label on 0; 5 to 7 and 8 to 12 without.
  const auto ties = groups({{0, 1, 2, 3, 4}, {5, 6, 7}, {8, 9, 10, 11, 12}}, 13);
  std::vector<std::int32_t> labels(13, -1);
  labels[0] = 1;
  const auto chosen = suggestions(ties, labels, 3);
  ASSERT_GE(chosen.size(), 2u);
  EXPECT_GE(chosen[0].node, 8);
  EXPECT_TRUE(chosen[1].node >= 5 && chosen[1].node <= 7) << chosen[1].node;
  // What is uncertain are 8 nodes: the first label settles 5 of them, the second 3.
  EXPECT_NEAR(chosen[0].settles, 5.0 / 8, 1e-5);
  EXPECT_NEAR(chosen[1].settles, 3.0 / 8, 1e-5);
  for (const auto& s : chosen) EXPECT_NE(s.node, 0);
}

TEST(Suggest, TakesWhatLiesBetweenTwoLabels) {
  // A chain 0-1-2-3-4 with labels of two classes at its ends: the middle is uncertain.
  const Neighbours n{2, {1, -1, 0, 2, 1, 3, 2, 4, 3, -1}, {1, 0, 1, 1, 1, 1, 1, 1, 1, 0}};
  const auto chosen = suggestions(tie(n, 1), {0, -1, -1, -1, 1}, 1);
  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_EQ(chosen[0].node, 2);
  EXPECT_GT(chosen[0].settles, 0.3);
}

TEST(Suggest, EndsWhenNothingIsUncertain) {
  const auto ties = groups({{0, 1, 2}, {3, 4}}, 5);
  EXPECT_TRUE(suggestions(ties, {0, 0, 0, 1, 1}, 5).empty());
  EXPECT_EQ(suggestions(ties, {0, 0, 0, -1, -1}, 5).size(), 1u);
  double all = 0;
  for (const auto& s : suggestions(ties, {-1, -1, 0, -1, -1}, 5)) all += s.settles;
  EXPECT_NEAR(all, 1, 1e-5);
}

}  // namespace
}  // namespace sganc
