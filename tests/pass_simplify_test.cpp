// Each rewrite by one example, text before and after.

#include "tests/pass_text.h"

namespace sganc {
namespace {

std::string simplified(const std::string& body) {
  return after({"simplify", "drop-unused"}, body);
}

TEST(Simplify, FoldsPointwiseOperationsOfConstants) {
  EXPECT_EQ(simplified("  %0 = constant {value = 2} : f32[3]\n"
                       "  %1 = constant {value = 8} : f32[3]\n"
                       "  %2 = multiply(%0, %1) : f32[3]\n"
                       "  %3 = sqrt(%2) : f32[3]\n"
                       "  result y = %3\n"),
            "  %0 = constant {value = 4} : f32[3]\n"
            "  result y = %0\n");
}

TEST(Simplify, LeavesConstantsWhoseValueIsNotFinite) {
  const std::string body =
      "  %0 = constant {value = 0} : f32[]\n"
      "  %1 = log(%0) : f32[]\n"
      "  result y = %1\n";
  EXPECT_EQ(simplified(body), body);
}

TEST(Simplify, FoldsStructureOfConstants) {
  EXPECT_EQ(simplified("  %0 = constant {value = 3} : f32[2, 3]\n"
                       "  %1 = transpose(%0) {axes = [1, 0]} : f32[3, 2]\n"
                       "  %2 = view(%1) {shape = [6]} : f32[6]\n"
                       "  %3 = slice(%2) {low = [1], shape = [4]} : f32[4]\n"
                       "  %4 = broadcast(%3) {shape = [5, 4], axes = [1]} : f32[5, 4]\n"
                       "  %5 = reduce_max(%4) {axes = [1]} : f32[5]\n"
                       "  result y = %5\n"),
            "  %0 = constant {value = 3} : f32[5]\n"
            "  result y = %0\n");
}

TEST(Simplify, FoldsTheSumOfAConstantToItsCount) {
  EXPECT_EQ(simplified("  %0 = constant {value = 0.5} : f32[2, 3]\n"
                       "  %1 = reduce_sum(%0) {axes = [1]} : f32[2]\n"
                       "  result y = %1\n"),
            "  %0 = constant {value = 1.5} : f32[2]\n"
            "  result y = %0\n");
}

TEST(Simplify, DropsNeutralOperands) {
  const std::string zero = "  %1 = constant {value = 0} : f32[4]\n",
                    one = "  %1 = constant {value = 1} : f32[4]\n";
  for (const std::string& line :
       {zero + "  %2 = add(%0, %1) : f32[4]\n", zero + "  %2 = add(%1, %0) : f32[4]\n",
        zero + "  %2 = subtract(%0, %1) : f32[4]\n", one + "  %2 = multiply(%0, %1) : f32[4]\n",
        one + "  %2 = multiply(%1, %0) : f32[4]\n", one + "  %2 = divide(%0, %1) : f32[4]\n"})
    EXPECT_EQ(simplified(kX + line + "  result y = %2\n"), kX + "  result y = %0\n") << line;
  for (const std::string& line :
       {zero + "  %2 = multiply(%0, %1) : f32[4]\n", zero + "  %2 = multiply(%1, %0) : f32[4]\n"})
    EXPECT_EQ(simplified(kX + line + "  result y = %2\n"),
              "  %0 = constant {value = 0} : f32[4]\n  result y = %0\n")
        << line;
  for (const std::string& line :
       {zero + "  %2 = subtract(%1, %0) : f32[4]\n", one + "  %2 = divide(%1, %0) : f32[4]\n"})
    EXPECT_EQ(simplified(kX + line + "  result y = %2\n"), kX + line + "  result y = %2\n");
}

TEST(Simplify, DropsStopGradient) {
  EXPECT_EQ(simplified(kX + "  %1 = stop_gradient(%0) : f32[4]\n  result y = %1\n"),
            kX + "  result y = %0\n");
}

TEST(Simplify, DropsDoubleNegation) {
  EXPECT_EQ(simplified(kX + "  %1 = negate(%0) : f32[4]\n  %2 = negate(%1) : f32[4]\n  result y = %2\n"),
            kX + "  result y = %0\n");
}

TEST(Simplify, MergesViews) {
  EXPECT_EQ(simplified(kX + "  %1 = view(%0) {shape = [2, 2]} : f32[2, 2]\n"
                            "  %2 = view(%1) {shape = [4, 1]} : f32[4, 1]\n"
                            "  result y = %2\n"),
            kX + "  %1 = view(%0) {shape = [4, 1]} : f32[4, 1]\n  result y = %1\n");
  EXPECT_EQ(simplified(kX + "  %1 = view(%0) {shape = [2, 2]} : f32[2, 2]\n"
                            "  %2 = view(%1) {shape = [4]} : f32[4]\n"
                            "  result y = %2\n"),
            kX + "  result y = %0\n");
  EXPECT_EQ(simplified(kX + "  %1 = view(%0) {shape = [4]} : f32[4]\n  result y = %1\n"),
            kX + "  result y = %0\n");
}

TEST(Simplify, ComparesWithZeroInsteadOfAMultiple) {
  EXPECT_EQ(simplified(kX + "  %1 = constant {value = 0.2} : f32[4]\n"
                            "  %2 = multiply(%0, %1) : f32[4]\n"
                            "  %3 = greater(%0, %2) : f32[4]\n"
                            "  result y = %3\n"),
            kX + "  %1 = constant {value = 0} : f32[4]\n"
                 "  %2 = greater(%0, %1) : f32[4]\n"
                 "  result y = %2\n");
  const std::string larger = kX +
                             "  %1 = constant {value = 1.5} : f32[4]\n"
                             "  %2 = multiply(%0, %1) : f32[4]\n"
                             "  %3 = greater(%0, %2) : f32[4]\n"
                             "  result y = %3\n";
  EXPECT_EQ(simplified(larger), larger);
}

TEST(Simplify, ComparesTheOutputOfAnActivationInsteadOfItsInput) {
  EXPECT_EQ(simplified(kX + "  %1 = constant {value = 0.2} : f32[4]\n"
                            "  %2 = multiply(%0, %1) : f32[4]\n"
                            "  %3 = maximum(%0, %2) : f32[4]\n"
                            "  %4 = constant {value = 0} : f32[4]\n"
                            "  %5 = greater(%0, %4) : f32[4]\n"
                            "  result y = %3\n"
                            "  result positive = %5\n"),
            kX + "  %1 = constant {value = 0.2} : f32[4]\n"
                 "  %2 = multiply(%0, %1) : f32[4]\n"
                 "  %3 = maximum(%0, %2) : f32[4]\n"
                 "  %4 = constant {value = 0} : f32[4]\n"
                 "  %5 = greater(%3, %4) : f32[4]\n"
                 "  result y = %3\n"
                 "  result positive = %5\n");
}

TEST(Simplify, MergesTheTwoBranchesOfALeakyGradient) {
  EXPECT_EQ(simplified("  %0 = input {name = \"c\"} : f32[4]\n"
                       "  %1 = input {name = \"a\"} : f32[4]\n"
                       "  %2 = constant {value = 0} : f32[4]\n"
                       "  %3 = constant {value = 0.2} : f32[4]\n"
                       "  %4 = select(%0, %1, %2) : f32[4]\n"
                       "  %5 = select(%0, %2, %1) : f32[4]\n"
                       "  %6 = multiply(%5, %3) : f32[4]\n"
                       "  %7 = add(%4, %6) : f32[4]\n"
                       "  result y = %7\n"),
            "  %0 = input {name = \"c\"} : f32[4]\n"
            "  %1 = input {name = \"a\"} : f32[4]\n"
            "  %2 = constant {value = 0.2} : f32[4]\n"
            "  %3 = multiply(%1, %2) : f32[4]\n"
            "  %4 = select(%0, %1, %3) : f32[4]\n"
            "  result y = %4\n");
}

}  // namespace
}  // namespace sganc
