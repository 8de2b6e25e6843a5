// What is stored and why, what one kernel computes, and the order of execution.

#include "tests/pass_text.h"

namespace sganc {
namespace {

/// Returns a line "name: why" for each group.
std::string reasons(const std::string& body, const std::string& variables = {}) {
  const Module module = module_of_lines(variables, body);
  std::string text;
  for (const auto& g : compiled_to("form-groups", module).plan.groups) text += g.name + ": " + g.why + "\n";
  return text;
}

TEST(FormGroups, RecomputesWhatIsPointwiseAndStoresWhatAProductReads) {
  const std::string variables = "variable w : f32[8, 4] {weight, zeros}\n";
  const std::string body =
      "  %0 = input {name = \"x\"} : f32[2, 4]\n"
      "  %1 = exp(%0) : f32[2, 4]  # a.exp_1\n"
      "  %2 = tanh(%1) : f32[2, 4]  # a.tanh_1\n"
      "  %3 = variable {name = \"w\"} : f32[8, 4]\n"
      "  %4 = matmul(%2, %3) {transpose_a = false, transpose_b = true} : f32[2, 8]  # a.dense_1\n"
      "  %5 = negate(%4) : f32[2, 8]  # b.negate\n"
      "  result y = %5\n";
  EXPECT_EQ(plan_of("fuse-epilogues", body, variables),
            "  product a.dense_1.forward = onednn() anchor %4 -> %4\n");
  EXPECT_EQ(plan_of("form-groups", body, variables),
            "  group a.tanh_1.forward = fused(%0) -> %2\n"
            "  group a.dense_1.forward = onednn(%2, %3) anchor %4 -> %4\n"
            "  group b.negate.forward = fused flat(%4) -> %5\n");
  EXPECT_EQ(reasons(body, variables),
            "a.tanh_1.forward: read by a product\n"
            "a.dense_1.forward: a matrix product\n"
            "b.negate.forward: a result; pointwise, one element order: flat\n");
}

/// Values with the same inputs share a kernel. A value with other inputs gets a kernel of its own.
TEST(FormGroups, MergesWhatReadsTheSame) {
  const std::string variables = "variable v : f32[8] {weight, zeros}\nvariable w : f32[8] {weight, zeros}\n";
  const std::string body =
      "  %0 = variable {name = \"v\"} : f32[8]\n"
      "  %1 = exp(%0) : f32[8]  # a\n"
      "  %2 = tanh(%0) : f32[8]  # b\n"
      "  %3 = variable {name = \"w\"} : f32[8]\n"
      "  %4 = tanh(%3) : f32[8]  # c\n"
      "  result p = %1\n"
      "  result q = %2\n"
      "  result r = %4\n";
  EXPECT_EQ(plan_of("fuse-epilogues", body, variables), "");
  EXPECT_EQ(plan_of("form-groups", body, variables),
            "  group b.forward = fused flat(%0) -> %1, %2\n"
            "  group c.forward = fused flat(%3) -> %4\n");
  EXPECT_EQ(reasons(body, variables),
            "b.forward: a result; pointwise, one element order: flat\n"
            "c.forward: a result; pointwise, one element order: flat\n");
}

TEST(FormGroups, StoresWhatIsComparedWithItsMaximumAndSharedNumbers) {
  const std::string variables = "variable w : f32[8, 4] {weight, zeros}\n";
  const std::string body =
      "  %0 = variable {name = \"w\"} : f32[8, 4]\n"
      "  %1 = exp(%0) : f32[8, 4]  # a\n"
      "  %2 = reduce_max(%1) {axes = [1]} : f32[8]  # b\n"
      "  %3 = reduce_sum(%2) {axes = [0]} : f32[]  # c\n"
      "  %4 = broadcast(%3) {shape = [8], axes = []} : f32[8]\n"
      "  %5 = divide(%2, %4) : f32[8]  # d\n"
      "  result y = %5\n";
  EXPECT_EQ(plan_of("form-groups", body, variables),
            "  group a.forward = fused flat(%0) -> %1\n"
            "  group d.forward = fused(%1) -> %3, %5\n");
  EXPECT_EQ(reasons(body, variables),
            "a.forward: compared with its maximum; pointwise, one element order: flat\n"
            "d.forward: one number for many elements; a result\n");
}

}  // namespace
}  // namespace sganc
