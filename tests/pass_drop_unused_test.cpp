// Only the nodes that results need stay.

#include "tests/pass_text.h"

namespace sganc {
namespace {

TEST(DropUnused, KeepsWhatResultsNeed) {
  EXPECT_EQ(after({"drop-unused"}, kX + "  %1 = exp(%0) : f32[4]\n"
                                        "  %2 = log(%1) : f32[4]\n"
                                        "  %3 = negate(%0) : f32[4]\n"
                                        "  result y = %3\n"),
            kX + "  %1 = negate(%0) : f32[4]\n  result y = %1\n");
}

}  // namespace
}  // namespace sganc
