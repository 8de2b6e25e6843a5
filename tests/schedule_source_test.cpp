// Halide's C++ of a schedule becomes directives, or is refused with a reason.

#include "compiler/codegen/schedule_source.h"

#include <gtest/gtest.h>

namespace sganc {
namespace {

/// output(x, y) = sum over r < 20 of source(x, r), for 40 by 9; `operand_im` reads an operand.
const std::vector<SourceFunc> kFuncs = {
    {"operand_im", ""}, {"source$2", "source"}, {"sum$1", "sum"}, {"output$1", "output", /*result=*/true}};
const std::vector<Stage> kStages = {{"output", {{"x", 40}, {"y", 9}}},
                                    {"sum", {{"x", -1}, {"y", -1}}},
                                    {"sum.update", {{"x", -1}, {"y", -1}, {"r", 20}}},
                                    {"source", {{"x", -1}, {"y", -1}}}};

/// A stage a line: "output: split x xo xi 8, vectorize xi".
std::string directives_of(const std::string& source) {
  std::string text;
  for (const auto& stage : directives_of_source(source, kFuncs, kStages)) {
    text += stage.stage + ":";
    for (std::size_t i = 0; i < stage.directives.size(); ++i)
      text += (i == 0 ? " " : ", ") + stage.directives[i].value;
    text += "\n";
  }
  return text;
}

std::string refusal_of(const std::string& source) {
  try {
    return "no refusal, but " + directives_of(source);
  } catch (const UserError& error) {
    return error.diagnostic.message;
  }
}

TEST(ScheduleSource, AsAdams2019WritesIt) {
  EXPECT_EQ(
      directives_of(R"(Func output_1 = pipeline.get_func(3);
Func sum_1 = pipeline.get_func(2);
Func source = pipeline.get_func(1);
Func operand_im = pipeline.get_func(0);
Var x(output_1.get_schedule().dims()[0].var);
Var xi("xi");
RVar r(sum_1.update(0).get_schedule().dims()[0].var);
output_1
    .split(y, y, yi, 4, TailStrategy::ShiftInwards)
    .split(x, x, xi, 16, TailStrategy::RoundUp)
    .split(xi, xi, xii, 8, TailStrategy::RoundUp)
    .unroll(yi)
    .vectorize(xii)
    .compute_root()
    .reorder({xii, xi, x, yi, y})
    .fuse(x, y, x)
    .parallel(x);
sum_1
    .store_in(MemoryType::Stack)
    .split(x, x, xi, 16, TailStrategy::RoundUp)
    .vectorize(xi)
    .compute_at(output_1, xi)
    .reorder({xi, x, y});
sum_1.update(0)
    .split(x, x, xi, 16, TailStrategy::GuardWithIf)
    .unroll(x)
    .vectorize(xi)
    .reorder({xi, x, r, y});
source
    .vectorize(x)
    .compute_at(sum_1, r)
    .store_at(sum_1, x)
    .reorder({x})
    .reorder_storage(y, x);
operand_im
    .compute_at(source, x)
    .cache_in_a_secret_place();
)"),
      "output: split y yo yi 4 shift_inwards, split x xo xi 16 guard_with_if, split xi xio xii 8 "
      "round_up, unroll yi, vectorize xii, compute_root, reorder xii xio xo yi yo, fuse xo yo xo_yo, "
      "parallel xo_yo\n"
      "sum: store_in stack, split x xo xi 16 round_up, vectorize xi, reorder xi xo y, compute_at output "
      "xio\n"
      "sum.update: split x xo xi 16 guard_with_if, unroll xo, vectorize xi, reorder xi xo r y\n"
      "source: vectorize x, reorder_storage y x, compute_at sum.update r, store_at sum.update xo\n");
}

TEST(ScheduleSource, AsMullapudi2016WritesIt) {
  EXPECT_EQ(directives_of(R"(Var x_vi("x_vi");
Var x_vo("x_vo");

Func output = pipeline.get_func(3);
Func sum = pipeline.get_func(2);

{
    Var x = output.args()[0];
    output
        .compute_root()
        .split(x, x_vo, x_vi, 16)
        .vectorize(x_vi)
        .parallel(y);
}
{
    RVar r(sum.update(0).get_schedule().rvars()[0].var);
    sum
        .compute_at(output, x_vo);
    sum.update(0)
        .reorder(x, r, y);
}
)"),
            "output: compute_root, split x xo xi 16, vectorize xi, parallel y\n"
            "sum.update: reorder x r y\n"
            "sum: compute_at output xo\n");
}

TEST(ScheduleSource, AsLi2018WritesIt) {
  EXPECT_EQ(
      directives_of(R"(output$1.compute_root()
    .split(x,v1,v2,8,ShiftInwards)
    .fuse(v1,y,v1)
    .reorder(v2,v1)
    .reorder_storage(y,x)
    .parallel(v1,4,ShiftInwards)
    .vectorize(v2)
;
sum$1.compute_root()
;
sum$1.update(0)
;
sum$1.update(0)
    .split(r,r1,r2,8,GuardWithIf)
;
sum$1_intm = sum$1.update(0)
    .rfactor({{r1,v3}})
    .compute_root()
    .parallel(v3)
;
sum$1_intm.update()
    .reorder(x,r2,v3)
    .atomic()
    .parallel(r2)
    .vectorize(x,8)
sum$1.update(0)
    .atomic()
    .parallel(r1)
    .atomic()
    .vectorize(r1)
;
)"),
      "output: compute_root, split x xo xi 8 shift_inwards, fuse xo y xo_y, reorder xi xo_y, split xo_y "
      "xo_yo xo_yi 4 shift_inwards, parallel xo_yo, vectorize xi\n"
      "sum: compute_root\n"
      "sum.update: split r ro ri 8 guard_with_if, rfactor ro ro_part sum_partial, atomic, vectorize ro\n"
      "sum_partial: compute_root, parallel ro_part\n"
      "sum_partial.update: reorder x ri ro_part, split x xo xi 8, vectorize xi\n");
}

TEST(ScheduleSource, WhatNoDirectiveSaysIsRefused) {
  EXPECT_EQ(refusal_of("output$1.compute_root().gpu_blocks(x);"),
            "its source calls \"gpu_blocks\", which no directive says");
  EXPECT_EQ(refusal_of("source$2.compute_root().fold_storage(y, 3).async();"),
            "its source calls \"fold_storage\", which no directive says");
  EXPECT_EQ(refusal_of("output$1.split(x, xo, xi, 8, TailStrategy::Predicate);"),
            "its source has the tail \"Predicate\", which no directive has");
  EXPECT_EQ(refusal_of("source$2.store_in(MemoryType::GPUShared);"),
            "its source stores in \"GPUShared\", which no directive does");
  EXPECT_EQ(refusal_of("source$2.compute_at(operand_im, x);"),
            "its source places \"source\" in the loops of \"operand_im\", which is no stage of the kernel");
  EXPECT_EQ(refusal_of("p = sum$1.update(0).rfactor({{r, u}, {s, v}});"),
            "its source makes partial sums along several loops, which no directive does");
}

TEST(ScheduleSource, WhatIsNoScheduleIsRefused) {
  EXPECT_EQ(refusal_of("Func a = pipeline.get_func(4);"),
            "its source names a Func that the kernel does not have");
  EXPECT_EQ(refusal_of("total.compute_root();"),
            "its source schedules \"total\", which is no Func of the kernel");
  EXPECT_EQ(refusal_of("output$1.split(x, xo, xi, n);"),
            "expected a whole number from 1 to 1048576, not \"n\"");
  EXPECT_EQ(refusal_of("output$1.split(x, xo);"), "its source calls \"split\" without what it needs");
  EXPECT_EQ(refusal_of("output$1.vectorize(max(x, y));"), "its source has a call within a call");
  EXPECT_EQ(refusal_of("output$1 compute_root();"), "its source has \"compute_root\" in the place of \".\"");
  EXPECT_EQ(refusal_of("output$1.compute_root("), "its source ends within a statement");
  EXPECT_EQ(directives_of(""), "");
}

}  // namespace
}  // namespace sganc
