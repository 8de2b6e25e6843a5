// Equal nodes become one; attributes tell nodes apart.

#include "tests/pass_text.h"

namespace sganc {
namespace {

TEST(ShareSubexpressions, MakesEqualNodesOne) {
  EXPECT_EQ(after({"share-subexpressions"}, kX + "  %1 = exp(%0) : f32[4]\n"
                                                 "  %2 = exp(%0) : f32[4]\n"
                                                 "  %3 = add(%1, %2) : f32[4]\n"
                                                 "  %4 = constant {value = 1} : f32[4]\n"
                                                 "  %5 = constant {value = 2} : f32[4]\n"
                                                 "  %6 = multiply(%3, %4) : f32[4]\n"
                                                 "  %7 = multiply(%3, %5) : f32[4]\n"
                                                 "  result y = %6\n"
                                                 "  result z = %7\n"),
            kX + "  %1 = exp(%0) : f32[4]\n"
                 "  %2 = add(%1, %1) : f32[4]\n"
                 "  %3 = constant {value = 1} : f32[4]\n"
                 "  %4 = constant {value = 2} : f32[4]\n"
                 "  %5 = multiply(%2, %3) : f32[4]\n"
                 "  %6 = multiply(%2, %4) : f32[4]\n"
                 "  result y = %5\n"
                 "  result z = %6\n");
}

}  // namespace
}  // namespace sganc
