// Words around values, as messages write them.

#include "compiler/language/spelling.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace sganc {
namespace {

TEST(LanguageSpelling, CountsThings) {
  EXPECT_EQ(counted(0, "thread"), "0 threads");
  EXPECT_EQ(counted(std::size_t{1}, "input channel"), "1 input channel");
  EXPECT_EQ(counted(std::int64_t{12}, "input channel"), "12 input channels");
  EXPECT_EQ(counted(1, "class"), "1 class");
  EXPECT_EQ(counted(2, "class"), "2 classes");
}

}  // namespace
}  // namespace sganc
