#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "runtime/data/batches.h"
#include "runtime/data/dataset.h"
#include "runtime/data/labels.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using Indices = std::vector<std::int32_t>;

/// Classes 0, 1, 2, 0, 1, 2, ...
Indices turning_labels(int count) {
  Indices labels;
  for (int i = 0; i < count; ++i) labels.push_back(i % 3);
  return labels;
}

TEST(Labels, AreBalancedDistinctAndOrderedByClass) {
  const auto labels = turning_labels(300);
  const auto chosen = choose_labelled(labels, 3, 10, 7);
  ASSERT_EQ(chosen.size(), 30u);
  EXPECT_EQ(std::set<std::int32_t>(chosen.begin(), chosen.end()).size(), 30u);
  for (std::size_t i = 0; i < chosen.size(); ++i)
    EXPECT_EQ(labels[static_cast<std::size_t>(chosen[i])], static_cast<std::int32_t>(i / 10));
  EXPECT_EQ(class_histogram(labels, chosen, 3), (std::vector<std::int64_t>{10, 10, 10}));
  EXPECT_EQ(class_histogram(labels, 3), (std::vector<std::int64_t>{100, 100, 100}));
}

TEST(Labels, DependOnTheSeedAlone) {
  const auto labels = turning_labels(300);
  EXPECT_EQ(choose_labelled(labels, 3, 10, 7), choose_labelled(labels, 3, 10, 7));
  EXPECT_NE(choose_labelled(labels, 3, 10, 7), choose_labelled(labels, 3, 10, 8));
  // More labels of a class begin with the fewer: runs with 10 and 20 labels share the first ten.
  const auto few = choose_labelled(labels, 3, 10, 7), many = choose_labelled(labels, 3, 20, 7);
  EXPECT_TRUE(std::equal(few.begin(), few.begin() + 10, many.begin()));
  // The choice is part of what a seed promises.
  EXPECT_EQ(choose_labelled(labels, 3, 2, 7), (Indices{213, 87, 238, 172, 158, 293}));
}

TEST(Labels, CanBeAllImagesOrNone) {
  const auto labels = turning_labels(6);
  auto all = choose_labelled(labels, 3, 2, 1);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (Indices{0, 1, 2, 3, 4, 5}));
  EXPECT_TRUE(choose_labelled(labels, 3, 0, 1).empty());
}

TEST(Labels, TooFewImagesOfAClassIsAnError) {
  const auto labels = turning_labels(8);
  EXPECT_EQ(testing::error_of([&] { choose_labelled(labels, 3, 3, 1); }),
            "class 2 has 2 images, but 3 labelled images of each class are wanted");
}

TEST(Labels, TextIsOneIndexALine) {
  EXPECT_EQ(labels_text(Indices{3, 0, 59999}), "3\n0\n59999\n");
}

TEST(Batches, FollowTheFormula) {
  const Indices pool = {11, 22, 33, 44, 55};
  const auto stream = draw_stream("d_real", "x");
  EXPECT_EQ(stream, stream_of("d_real.x"));
  Indices drawn(50);
  draw_from(pool, {5, 9}, stream, drawn);
  for (std::uint32_t i = 0; i < 50; ++i)
    EXPECT_EQ(drawn[i], pool[(std::uint64_t{random_bits({5, 9}, stream, i)} * 5) >> 32]);
}

TEST(Batches, DifferByStepSeedAndStreamOnly) {
  const auto draw = [](std::uint64_t seed, std::uint64_t step, const char* update) {
    Indices indices(100);
    draw_from_all(60000, {seed, step}, draw_stream(update, "x"), indices);
    return indices;
  };
  EXPECT_EQ(draw(1, 2, "c"), draw(1, 2, "c"));
  EXPECT_NE(draw(1, 2, "c"), draw(1, 3, "c"));
  EXPECT_NE(draw(1, 2, "c"), draw(2, 2, "c"));
  EXPECT_NE(draw(1, 2, "c"), draw(1, 2, "d_real"));
}

TEST(Batches, AreUniform) {
  constexpr int kPool = 10, kDraws = 100'000;
  std::vector<int> counts(kPool);
  Indices indices(100);
  for (std::uint64_t step = 0; step < kDraws / 100; ++step) {
    draw_from_all(kPool, {3, step}, draw_stream("c", "x"), indices);
    for (const auto index : indices) ++counts.at(static_cast<std::size_t>(index));
  }
  // Chi-squared with 9 degrees of freedom stays below 27.9 with probability 0.999; the draw is fixed.
  double chi = 0;
  for (const auto count : counts)
    chi += (count - kDraws / kPool) * (count - kDraws / kPool) * 1.0 / (kDraws / kPool);
  EXPECT_LT(chi, 27.9);
}

TEST(Batches, AnEmptyPoolIsABug) {
  Indices indices(1);
  EXPECT_THROW(draw_from(Indices{}, {}, 0, indices), std::logic_error);
}

}  // namespace
}  // namespace sganc
