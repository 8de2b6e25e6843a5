// Where values lie in memory: memory that is free again is reused, and a variable's new value takes the
// place of the old one.

#include "tests/pass_text.h"

namespace sganc {
namespace {

const std::string kVariables =
    "variable v : f32[4, 4] {weight, zeros}\n"
    "variable w : f32[4, 4] {weight, zeros}\n";

TEST(PlaceBuffers, UsesMemoryAgain) {
  const std::string body =
      "  %0 = variable {name = \"v\"} : f32[4, 4]\n"
      "  %1 = matmul(%0, %0) {transpose_a = false, transpose_b = false} : f32[4, 4]  # a\n"
      "  %2 = matmul(%1, %0) {transpose_a = false, transpose_b = false} : f32[4, 4]  # b\n"
      "  %3 = matmul(%2, %0) {transpose_a = false, transpose_b = false} : f32[4, 4]  # c\n"
      "  result y = %3\n";
  EXPECT_EQ(plan_of("form-groups", body, kVariables),
            "  group a.forward = onednn(%0) anchor %1 -> %1\n"
            "  group b.forward = onednn(%0, %1) anchor %2 -> %2\n"
            "  group c.forward = onednn(%0, %2) anchor %3 -> %3\n");
  EXPECT_EQ(plan_of("place-buffers", body, kVariables),
            "  group a.forward = onednn(%0) anchor %1 -> %1\n"
            "  group b.forward = onednn(%0, %1) anchor %2 -> %2\n"
            "  group c.forward = onednn(%0, %2) anchor %3 -> %3\n"
            "  place %0 variables+0 : f32[4, 4]\n"
            "  place %1 arena+0 : f32[4, 4]\n"
            "  place %2 arena+64 : f32[4, 4]\n"
            "  place %3 arena+0 : f32[4, 4]\n"
            "  arena 128 bytes\n");
}

TEST(PlaceBuffers, MovesAVariableInPlace) {
  const std::string body =
      "  %0 = variable {name = \"v\"} : f32[4, 4]\n"
      "  %1 = exp(%0) : f32[4, 4]  # a\n"
      "  result v = %1\n";
  EXPECT_EQ(plan_of("form-groups", body, kVariables), "  group a.forward = fused flat(%0) -> %1\n");
  EXPECT_EQ(plan_of("place-buffers", body, kVariables),
            "  group a.forward = fused flat(%0) -> %1\n"
            "  place %0 variables+0 : f32[4, 4]\n"
            "  place %1 variables+0 : f32[4, 4]\n"
            "  arena 0 bytes\n");
}

/// A product reads all of the variable for each element that it writes, so it cannot write in place.
TEST(PlaceBuffers, CopiesWhatCannotBeComputedInPlace) {
  const std::string body =
      "  %0 = variable {name = \"v\"} : f32[4, 4]\n"
      "  %1 = matmul(%0, %0) {transpose_a = false, transpose_b = false} : f32[4, 4]  # a\n"
      "  result v = %1\n";
  EXPECT_EQ(plan_of("form-groups", body, kVariables), "  group a.forward = onednn(%0) anchor %1 -> %1\n");
  EXPECT_EQ(plan_of("place-buffers", body, kVariables),
            "  group a.forward = onednn(%0) anchor %1 -> %1\n"
            "  place %0 variables+0 : f32[4, 4]\n"
            "  place %1 arena+0 : f32[4, 4]\n"
            "  copy %1 -> v\n"
            "  arena 64 bytes\n");
  const Module module = module_of_lines(kVariables, body);
  const auto copies = compiled_to("place-buffers", module).plan.copies;
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].why, "the variable is still read where the value is computed");
}

TEST(PlaceBuffers, CopiesAVariableToAnother) {
  const std::string body =
      "  %0 = variable {name = \"v\"} : f32[4, 4]\n"
      "  result w = %0\n";
  EXPECT_EQ(plan_of("place-buffers", body, kVariables),
            "  place %0 variables+0 : f32[4, 4]\n"
            "  copy %0 -> w\n"
            "  arena 0 bytes\n");
  const Module module = module_of_lines(kVariables, body);
  const auto copies = compiled_to("place-buffers", module).plan.copies;
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].why, "the value lies elsewhere already");
}

}  // namespace
}  // namespace sganc
