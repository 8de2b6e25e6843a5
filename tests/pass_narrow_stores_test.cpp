// Which stored values are bf16 in memory: those that products in bf16 read, if no reader needs the other
// bits.

#include "tests/pass_text.h"

namespace sganc {
namespace {

const std::string kVariables = "variable v : f32[4, 4] {weight, zeros}\n";
const std::string kMade =
    "  %0 = variable {name = \"v\"} : f32[4, 4]\n"
    "  %1 = exp(%0) : f32[4, 4]  # a\n"
    "  %2 = matmul(%1, %0) {transpose_a = false, transpose_b = false} : f32[4, 4]  # b\n";

/// Returns where and in which type the value %1 lies in memory.
std::string place_of(const std::string& readers, const std::string& precision = "bf16") {
  Schedule schedule;
  schedule.precision.value = precision;
  const std::string text = plan_of("place-buffers", kMade + readers, kVariables, schedule);
  const std::string mark = "  place %1 ";
  const auto begin = text.find(mark);
  if (begin == text.npos) return "nowhere";
  return text.substr(begin + mark.size(), text.find('\n', begin) - begin - mark.size());
}

TEST(NarrowStores, WhatOnlyProductsRead) {
  EXPECT_EQ(place_of("  result y = %2\n"), "arena+0 : bf16[4, 4]");
  EXPECT_EQ(place_of("  %3 = view(%1) {shape = [2, 8]} : f32[2, 8]  # c\n"
                     "  %4 = matmul(%3, %3) {transpose_a = false, transpose_b = true} : f32[2, 2]  # c\n"
                     "  result y = %2\n"
                     "  result z = %4\n"),
            "arena+0 : bf16[4, 4]");
  EXPECT_EQ(place_of("  result y = %2\n", "f32"), "arena+0 : f32[4, 4]");
}

TEST(NarrowStores, WhatIsComparedOrSummedForABias) {
  EXPECT_EQ(place_of("  %3 = greater(%1, %2) : f32[4, 4]  # c\n"
                     "  %4 = reduce_sum(%1) {axes = [0]} : f32[4]  # b (backward)\n"
                     "  result y = %3\n"
                     "  result z = %4\n"),
            "arena+0 : bf16[4, 4]");
}

TEST(NarrowStores, NotWhatOthersReadExactly) {
  EXPECT_EQ(place_of("  %3 = add(%1, %2) : f32[4, 4]  # c\n"
                     "  result y = %3\n"),
            "arena+0 : f32[4, 4]");
  EXPECT_EQ(place_of("  result y = %2\n"
                     "  result z = %1\n"),
            "arena+0 : f32[4, 4]");
}

}  // namespace
}  // namespace sganc
