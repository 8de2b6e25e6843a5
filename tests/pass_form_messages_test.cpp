// Sums over the ranks: which of them one message carries, and where it lies in memory.

#include <sstream>

#include "compiler/codegen/program_text.h"
#include "tests/compiled_twin.h"
#include "tests/pass_text.h"

namespace sganc {
namespace {

const std::string kVariables =
    "variable v : f32[4, 4] {weight of net, zeros}\n"
    "variable gradient.v : f32[4, 4] {gradient of v, zeros}\n";

/// The first sum is awaited by the second. The third waits for the second, so that one message carries both.
const std::string kBody =
    "  %0 = variable {name = \"v\"} : f32[4, 4]\n"
    "  %1 = exp(%0) : f32[4, 4]  # a\n"
    "  %2 = all_reduce(%1) : f32[4, 4]  # a\n"
    "  %3 = cos(%2) : f32[4, 4]  # b\n"
    "  %4 = all_reduce(%3) : f32[4, 4]  # b\n"
    "  %5 = reduce_sum(%0) {axes = [0, 1]} : f32[]  # c\n"
    "  %6 = all_reduce(%5) : f32[]  # c\n"
    "  %7 = negate(%0) : f32[4, 4]  # d\n"
    "  %8 = all_reduce(%7) : f32[4, 4]  # d\n"
    "  result b = %4\n"
    "  result c = %6\n"
    "  result gradient.v = %8\n";

TEST(FormMessages, SumsTogetherWhatNoOtherSumAwaits) {
  EXPECT_EQ(plan_of("form-messages", kBody, kVariables),
            "  message f.message = message(%1) -> %2\n"
            "  message f.message = message(%3, %5, %7) -> %4, %6, %8\n");
  EXPECT_EQ(plan_of("form-groups", kBody, kVariables),
            "  group c.forward = fused(%0) -> %5\n"
            "  group d.forward = fused flat(%0) -> %1, %7\n"
            "  group f.message = message(%1) -> %2\n"
            "  group b.forward = fused flat(%2) -> %3\n"
            "  group f.message_2 = message(%3, %5, %7) -> %4, %6, %8\n");
}

/// The sums lie in the memory of their operands, and side by side.
TEST(FormMessages, SumsInPlace) {
  const PlannedFunction planned = compiled_to("place-buffers", module_of_lines(kVariables, kBody));
  const auto& place = planned.plan.buffers;
  for (const int sum : {2, 4, 6, 8}) EXPECT_EQ(place.at({sum}), place.at({sum - 1})) << sum;
  EXPECT_EQ(place.at({4}), (Buffer{Space::arena, 0, DType::f32, {4, 4}}));
  EXPECT_EQ(place.at({6}), (Buffer{Space::arena, 64, DType::f32, {}}));
  EXPECT_EQ(place.at({8}), (Buffer{Space::variables, 64, DType::f32, {4, 4}}));
  EXPECT_TRUE(planned.plan.copies.empty());
}

const std::string kLarge =
    "variable v : f32[300, 300] {weight of net, zeros}\n"
    "variable w : f32[300, 300] {weight of net, zeros}\n"
    "variable gradient.v : f32[300, 300] {gradient of v, zeros}\n"
    "variable gradient.w : f32[300, 300] {gradient of w, zeros}\n";

/// Two sums are large enough for a message each. The first one travels while the second is computed. A small
/// one travels with the first.
const std::string kLargeBody =
    "  %0 = variable {name = \"v\"} : f32[300, 300]\n"
    "  %1 = variable {name = \"w\"} : f32[300, 300]\n"
    "  %2 = reduce_sum(%0) {axes = [0, 1]} : f32[]  # a\n"
    "  %3 = all_reduce(%2) : f32[]  # a\n"
    "  %4 = negate(%1) : f32[300, 300]  # b\n"
    "  %5 = all_reduce(%4) : f32[300, 300]  # b\n"
    "  %6 = exp(%0) : f32[300, 300]  # c\n"
    "  %7 = all_reduce(%6) : f32[300, 300]  # c\n"
    "  result a = %3\n"
    "  result gradient.w = %5\n"
    "  result gradient.v = %7\n";

TEST(FormMessages, SendsLargeSumsWhileOthersAreComputed) {
  EXPECT_EQ(plan_of("form-groups", kLargeBody, kLarge),
            "  group a.forward = fused(%0) -> %2\n"
            "  group b.forward = fused flat(%1) -> %4\n"
            "  group f.message = message(%2, %4) -> %3, %5 until the end\n"
            "  group c.forward = fused flat(%0) -> %6\n"
            "  group f.message_2 = message(%6) -> %7\n");
}

/// The second sum needs the first, and the third, which nobody awaits, is ready before the second.
TEST(FormMessages, SendsInTheOrderInWhichSumsAreReady) {
  EXPECT_EQ(plan_of("form-groups",
                    "  %0 = variable {name = \"v\"} : f32[300, 300]\n"
                    "  %1 = variable {name = \"w\"} : f32[300, 300]\n"
                    "  %2 = reduce_sum(%0) {axes = [0, 1]} : f32[]  # a\n"
                    "  %3 = all_reduce(%2) : f32[]  # a\n"
                    "  %4 = negate(%1) : f32[300, 300]  # b\n"
                    "  %5 = all_reduce(%4) : f32[300, 300]  # b\n"
                    "  %6 = broadcast(%3) {shape = [300, 300], axes = []} : f32[300, 300]  # c\n"
                    "  %7 = multiply(%6, %0) : f32[300, 300]  # c\n"
                    "  %8 = all_reduce(%7) : f32[300, 300]  # c\n"
                    "  result gradient.w = %5\n"
                    "  result gradient.v = %8\n",
                    kLarge),
            "  group a.forward = fused(%0) -> %2\n"
            "  group f.message = message(%2) -> %3 until c.forward\n"
            "  group b.forward = fused flat(%1) -> %4\n"
            "  group f.message_2 = message(%4) -> %5 until the end\n"
            "  group c.forward = fused flat(%3, %0) -> %7\n"
            "  group f.message_3 = message(%7) -> %8\n");
}

/// Returns the steps of the program's only function which are no kernels.
std::string steps_of(const std::string& body, const std::string& variables = kVariables) {
  const Module module = module_of_lines(variables, body);
  std::istringstream text(to_string(compile(module)));
  std::string steps;
  for (std::string line; std::getline(text, line);)
    if (line.find("all_reduce(") != std::string::npos || line.find("copy(") != std::string::npos)
      steps += line + "\n";
  return steps;
}

TEST(FormMessages, SendsEachPieceOfMemoryByAStep) {
  EXPECT_EQ(steps_of(kBody),
            "  f.message = all_reduce(arena+128:f32[16])  # 0 MFLOP, 6.4e-05 MB\n"
            "  f.message_2 = all_reduce(arena+0:f32[17])  # 0 MFLOP, 6.8e-05 MB\n"
            "  f.message_2.part_2 = all_reduce(variables+64:f32[16])  # 0 MFLOP, 6.4e-05 MB\n");
}

TEST(FormMessages, BeginsAndEndsWhatTravels) {
  EXPECT_EQ(steps_of(kLargeBody, kLarge),
            "  f.message = begin all_reduce(arena+0:f32[1])  # 0 MFLOP, 4e-06 MB\n"
            "  f.message.part_2 = begin all_reduce(variables+1080000:f32[90000])  # 0 MFLOP, 0.36 MB\n"
            "  f.message_2 = all_reduce(variables+720000:f32[90000])  # 0 MFLOP, 0.36 MB\n"
            "  f.message.end = end all_reduce(arena+0:f32[1])  # 0 MFLOP, 0 MB\n"
            "  f.message.part_2.end = end all_reduce(variables+1080000:f32[90000])  # 0 MFLOP, 0 MB\n");
}

TEST(FormMessages, CopiesWhatIsReadBesideItsSum) {
  EXPECT_EQ(steps_of("  %0 = variable {name = \"v\"} : f32[4, 4]\n"
                     "  %1 = exp(%0) : f32[4, 4]\n"
                     "  %2 = all_reduce(%1) : f32[4, 4]\n"
                     "  %3 = all_reduce(%0) : f32[4, 4]\n"
                     "  result part = %1\n"
                     "  result sum = %2\n"
                     "  result v = %3\n"),
            "  f.message.copy = copy(arena+128:f32[4, 4] -> arena+0:f32[4, 4])  # 0 MFLOP, 0.000128 MB\n"
            "  f.message.copy = copy(variables+0:f32[4, 4] -> arena+64:f32[4, 4])  # 0 MFLOP, 0.000128 MB\n"
            "  f.message = all_reduce(arena+0:f32[32])  # 0 MFLOP, 0.000128 MB\n"
            "  v.store = copy(arena+64:f32[4, 4] -> variables+0:f32[4, 4])  # 0 MFLOP, 0.000128 MB\n");
}

}  // namespace
}  // namespace sganc
