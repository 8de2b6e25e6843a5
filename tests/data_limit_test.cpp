// A part of a data set: of each class the same.

#include "runtime/data/limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/data_folder.h"

namespace sganc {
namespace {

using Indices = std::vector<std::int32_t>;

TEST(Limit, TakesTheSamePartOfEachClass) {
  EXPECT_EQ(limited(Indices{0, 0, 0, 0, 1, 1}, 3), (Indices{0, 2, 4}));
  EXPECT_EQ(limited(Indices{0, 1, 0, 1}, 4), (Indices{0, 1, 2, 3}));
  EXPECT_EQ(limited(Indices{0, 1, 0, 1}, 9), (Indices{0, 1, 2, 3}));
  EXPECT_EQ(limited(Indices{-1, -1, -1, -1, 0, 1, -1, -1}, 4), (Indices{0, 3, 4, 5}));
}

TEST(Limit, KeepsRareClassesAndNeverTakesMore) {
  Indices labels(1000, 0);
  for (int c = 1; c < 8; ++c) labels[static_cast<std::size_t>(100 * c)] = c;
  for (const std::int64_t limit : {8, 9, 100, 999}) {
    const auto kept = limited(labels, limit);
    std::map<int, int> count;
    for (const auto i : kept) ++count[labels[static_cast<std::size_t>(i)]];
    EXPECT_EQ(count.size(), 8u) << limit;
    EXPECT_LE(std::ssize(kept), limit);
    EXPECT_GE(std::ssize(kept), limit - 7);
    EXPECT_TRUE(std::ranges::is_sorted(kept));
  }
  EXPECT_EQ(testing::error_of([&] { limited(labels, 7); }),
            "a limit of 7 images leaves out some of 8 kinds of images");
}

}  // namespace
}  // namespace sganc
