// Directives on a small kernel: results stay as they are, and mistakes are reported word for word.

#include <gtest/gtest.h>

#include "compiler/schedule/apply.h"
#include "tests/target_here.h"

namespace sganc {
namespace {

using Halide::Func;
using Halide::Var;

/// source(x, y) = x + 10 y, and output(x, y) = 2 * sum over r < 6 of source(x, r) = 12 x + 300.
struct Kernel {
  Func source{"source"}, sum{"sum"}, output{"output"};
  std::vector<NamedFunc> funcs;
  Kernel() {
    Var x("x"), y("y");
    Halide::RDom domain(Halide::Internal::ReductionDomain({{"r", 0, 6}}));
    source(x, y) = x + 10 * y;
    sum(x, y) = 0;
    sum(x, y) += source(x, domain[0]);
    output(x, y) = 2 * sum(x, y);
    funcs = {{"output", output}, {"sum", sum}, {"source", source}};
  }
};

KernelSchedule schedule_of(const std::vector<std::pair<std::string, std::vector<std::string>>>& stages) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"s.toml", ""});
  KernelSchedule schedule;
  for (const auto& [stage, texts] : stages) {
    StageSchedule s{stage, {}};
    for (const auto& text : texts)
      s.directives.push_back({text, {file, 3, 11, static_cast<int>(text.size())}});
    schedule.push_back(std::move(s));
  }
  return schedule;
}

void expect_same_result(const std::vector<std::pair<std::string, std::vector<std::string>>>& stages) {
  Kernel kernel;
  apply_schedule(schedule_of(stages), kernel.funcs);
  const Halide::Buffer<int> result = kernel.output.realize({37, 9}, target_here());
  for (int y = 0; y < 9; ++y)
    for (int x = 0; x < 37; ++x) ASSERT_EQ(result(x, y), 12 * x + 300) << x << ", " << y;
}

/// Returns `column+length: message | help` of the mistake in these directives, which begin at column 11.
std::string error_of(const std::string& stage, const std::vector<std::string>& directives) {
  Kernel kernel;
  try {
    apply_schedule(schedule_of({{stage, directives}}), kernel.funcs);
  } catch (const UserError& error) {
    const auto& [where, message, help, details] = error.diagnostic;
    EXPECT_EQ(where.line, 3);
    return std::to_string(where.column) + "+" + std::to_string(where.length) + ": " + message +
           (help.empty() ? "" : " | " + help);
  }
  return "no error";
}

TEST(ApplySchedule, NothingIsASchedule) {
  expect_same_result({});
}

TEST(ApplySchedule, EveryDirectiveKeepsTheResult) {
  expect_same_result(
      {{"output", {"split x xo xi 8 guard_with_if", "vectorize xi 4", "unroll xi", "parallel y"}},
       {"sum", {"compute_at output xo", "vectorize x 8"}},
       {"sum.update", {"reorder x r y", "vectorize x 8", "unroll r 2"}},
       {"source", {"compute_at output y", "reorder y x", "reorder_storage y x", "store_in heap"}}});
  expect_same_result({{"source", {"compute_at output y", "align_storage x 48"}},
                      {"sum", {"compute_at output y", "align_storage x 16"}}});
  expect_same_result({{"output",
                       {"tile x y xo yo xi yi 8 4", "fuse xo yo tiles", "parallel tiles", "rename xi lane",
                        "vectorize lane"}},
                      {"sum", {"store_at output tiles", "compute_at output yi"}},
                      {"sum.update", {"split r ro ri 3", "reorder ri x ro"}},
                      {"source", {"store_root", "compute_root"}}});
  expect_same_result({{"sum", {"compute_root"}},
                      {"sum.update", {"split r ro ri 6", "atomic", "vectorize ri"}},
                      {"source", {"compute_inline"}},
                      {"output", {"split x xo xi 8", "parallel xo 2"}}});
}

TEST(ApplySchedule, PlacesAfterLoopsHaveTheirShapes) {
  expect_same_result({{"sum", {"compute_at output xo"}}, {"output", {"split x xo xi 5"}}});
}

TEST(ApplySchedule, UnplacedUpdatesAreComputedAtTheRoot) {
  Kernel kernel;
  apply_schedule({}, kernel.funcs);
  Halide::LoopLevel sum = kernel.sum.function().schedule().compute_level();
  Halide::LoopLevel source = kernel.source.function().schedule().compute_level();
  sum.lock();
  source.lock();
  EXPECT_TRUE(sum.is_root());
  EXPECT_TRUE(source.is_inlined());
}

TEST(ApplySchedule, UnknownNames) {
  EXPECT_EQ(
      error_of("outptu", {"parallel y"}),
      "11+10: this kernel has no stage \"outptu\" | its stages are \"output\", \"sum\", \"sum.update\", "
      "\"source\"");
  EXPECT_EQ(error_of("output", {"vectorise x 8"}),
            "11+9: unknown directive \"vectorise\" | did you mean \"vectorize\"?");
  EXPECT_EQ(error_of("output", {"split z zo zi 8"}),
            "17+1: stage \"output\" has no loop \"z\" | its loops are \"x\", \"y\"");
  EXPECT_EQ(error_of("sum.update", {"unroll rx"}),
            "18+2: stage \"sum.update\" has no loop \"rx\" | its loops are \"r\", \"x\", \"y\"");
  EXPECT_EQ(error_of("output", {"split x xo xi 8", "unroll x"}),
            "18+1: stage \"output\" has no loop \"x\" | its loops are \"xi\", \"xo\", \"y\"");
  EXPECT_EQ(error_of("sum", {"compute_at total x"}),
            "22+5: this kernel has no stage \"total\" | its stages are \"output\", \"sum\", \"sum.update\", "
            "\"source\"");
  EXPECT_EQ(error_of("sum", {"compute_at output n"}),
            "29+1: stage \"output\" has no loop \"n\" | its loops are \"x\", \"y\"");
  EXPECT_EQ(error_of("source", {"reorder_storage c x"}),
            "27+1: stage \"source\" has no dimension \"c\" | its dimensions are \"x\", \"y\"");
}

TEST(ApplySchedule, RoomBetweenRows) {
  EXPECT_EQ(error_of("source", {"align_storage c 8"}),
            "25+1: stage \"source\" has no dimension \"c\" | its dimensions are \"x\", \"y\"");
  EXPECT_EQ(error_of("source", {"align_storage x 5000"}),
            "27+4: expected a multiple of at most 4096 elements, not \"5000\"");
  EXPECT_EQ(error_of("sum.update", {"align_storage x 8"}),
            "11+13: \"align_storage\" belongs to a whole stage, not to its update | give it to \"sum\"");
}

TEST(ApplySchedule, WrongWords) {
  EXPECT_EQ(error_of("output", {""}), "11+0: an empty directive");
  EXPECT_EQ(error_of("output", {"split x xo 8"}),
            "11+12: \"split\" does not take 3 words | write it as \"split LOOP OUTER INNER FACTOR [TAIL]\"");
  EXPECT_EQ(error_of("output", {"vectorize x eight"}),
            "23+5: expected a whole number from 1 to 1048576, not \"eight\"");
  EXPECT_EQ(error_of("output", {"unroll x 0"}), "20+1: expected a whole number from 1 to 1048576, not \"0\"");
  EXPECT_EQ(error_of("output", {"split x xo xi 8 round-up"}),
            "27+8: unknown tail \"round-up\" | did you mean \"round_up\"?");
  EXPECT_EQ(error_of("output", {"split x y xi 8"}), "19+1: stage \"output\" already has a loop \"y\"");
  EXPECT_EQ(error_of("source", {"store_in shared"}),
            "20+6: unknown kind of memory \"shared\" | expected one of \"heap\", \"register\", \"stack\"");
  EXPECT_EQ(error_of("sum.update", {"compute_root"}),
            "11+12: \"compute_root\" belongs to a whole stage, not to its update | give it to \"sum\"");
}

TEST(ApplySchedule, OutputsAreWrittenWithinTheirBounds) {
  expect_same_result({{"output", {"vectorize x 64"}}});
  EXPECT_EQ(error_of("output", {"split x xo xi 8 round_up"}),
            "27+8: \"round_up\" would leave the bounds of \"output\" | use \"guard_with_if\"");
  EXPECT_EQ(error_of("output", {"tile x y xo yo xi yi 8 4 shift_inwards"}),
            "36+13: \"shift_inwards\" would leave the bounds of \"output\" | use \"guard_with_if\"");
  EXPECT_EQ(error_of("source", {"compute_root", "split x xo xi 8 round_up"}), "no error");
  Kernel kernel;
  kernel.output.bound(kernel.output.args()[0], 0, 37).bound(kernel.output.args()[1], 0, 9);
  apply_schedule(schedule_of({{"output", {"split x xo xi 8 shift_inwards", "split y yo yi 3 round_up"}}}),
                 kernel.funcs);
  const Halide::Buffer<int> result = kernel.output.realize({37, 9}, target_here());
  EXPECT_EQ(result(36, 8), 12 * 36 + 300);
}

TEST(ApplySchedule, RefusalsOfHalideStandAtTheDirective) {
  ASSERT_TRUE(Halide::exceptions_enabled());
  const std::string prefix =
      "11+24: Halide refuses this directive: ";  // what follows is Halide's, by version
  const std::string error = error_of("sum.update", {"split r ro ri 4 round_up"});
  EXPECT_EQ(error.substr(0, prefix.size()), prefix);
  EXPECT_NE(error.find("GuardWithIf"), std::string::npos) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace sganc
