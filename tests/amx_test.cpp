// Convolutions by AMX's tiles against the obvious loops, exact on whole numbers: every op at shapes that
// leave rests, hang over edges, have fewer rows than a tile, and have phases of fewer taps than others or of
// none. On a processor without AMX the runtime's plain loops take the place of the tiles.

#include "runtime/execute/amx.h"
#include "compiler/schedule/rules.h"
#include "tests/convolution_check.h"

namespace sganc {
namespace {

/// (images, width, height, in, out, kernel, strides, pads)
const std::vector<ConvolutionCase> cases = {
    {"one_pixel", 2, 1, 1, 32, 32, 1, 1, {1, 1}, {0, 0, 0, 0}},
    {"fewer_pixels_than_a_tile", 3, 3, 4, 64, 32, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"same_3x3", 4, 14, 6, 32, 64, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"valid_2x3", 2, 9, 7, 64, 96, 2, 3, {1, 1}, {0, 0, 0, 0}},
    {"wide_pads", 2, 6, 6, 32, 32, 3, 3, {1, 1}, {3, 2, 3, 4}},
    {"long_rows", 2, 31, 3, 32, 32, 1, 5, {1, 1}, {0, 2, 0, 2}},
    {"stride_2_of_3x3", 6, 14, 14, 32, 32, 3, 3, {2, 2}, {0, 0, 1, 1}},
    {"stride_2_of_3x3_around", 2, 8, 8, 32, 64, 3, 3, {2, 2}, {1, 1, 1, 1}},
    {"stride_2_of_4x4", 4, 14, 14, 32, 32, 4, 4, {2, 2}, {1, 1, 1, 1}},
    {"stride_2_of_5x5", 2, 12, 8, 32, 32, 5, 5, {2, 2}, {2, 2, 1, 1}},
    {"strides_1_and_2", 2, 12, 9, 32, 32, 3, 4, {1, 2}, {1, 1, 1, 1}},
    {"stride_3_of_5x4", 2, 12, 9, 32, 32, 5, 4, {3, 3}, {2, 1, 1, 2}},
    {"stride_2_of_7_pixels", 3, 7, 9, 32, 32, 3, 3, {2, 2}, {1, 1, 1, 1}},
    {"stride_3_of_2x2", 2, 9, 9, 32, 32, 2, 2, {3, 3}, {0, 0, 0, 0}},
};

using AmxCase = std::tuple<ConvolutionCase, Op>;

class Amx : public testing::TestWithParam<AmxCase> {};

TEST_P(Amx, IsExact) {
  const auto& [shape, op] = GetParam();
  expect_close(*find_implementation("amx"), geometry_of(shape, op), {.images = 1}, Precision::bf16);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Amx,
                         testing::Combine(testing::ValuesIn(cases),
                                          testing::Values(Op::conv, Op::conv_backward_data,
                                                          Op::conv_backward_weights)),
                         [](const auto& test) {
                           return std::get<0>(test.param).name + "_" +
                                  std::string(sganc::info(std::get<1>(test.param)).name);
                         });

/// Few channels on one side.
const std::vector<ConvolutionCase> few = {
    {"one_output", 3, 9, 8, 64, 1, 7, 7, {1, 1}, {3, 3, 3, 3}},
    {"three_outputs", 2, 6, 17, 32, 3, 5, 3, {1, 1}, {1, 2, 1, 2}},
    {"one_input", 4, 10, 9, 1, 96, 3, 3, {2, 2}, {0, 0, 1, 1}},
    {"three_inputs", 2, 9, 8, 3, 32, 5, 5, {1, 2}, {2, 2, 2, 2}},
    {"wide_rows_of_taps", 2, 20, 4, 2, 32, 1, 9, {1, 1}, {0, 4, 0, 4}},
    {"wide_pads_of_few", 2, 6, 6, 32, 2, 3, 3, {1, 1}, {3, 2, 3, 4}},
    {"one_pixel_of_few", 2, 1, 1, 32, 1, 1, 1, {1, 1}, {0, 0, 0, 0}},
};

class AmxFew : public testing::TestWithParam<std::tuple<ConvolutionCase, Op>> {};

TEST_P(AmxFew, IsExact) {
  const auto& [shape, op] = GetParam();
  expect_close(*find_implementation("amx_few"), geometry_of(shape, op), {.images = 1}, Precision::bf16);
}

/// All ops, but for those from many channels to few with a stride, which are not its.
std::vector<std::tuple<ConvolutionCase, Op>> few_cases() {
  std::vector<std::tuple<ConvolutionCase, Op>> all;
  for (const auto& shape : few)
    for (const Op op : {Op::conv, Op::conv_backward_data, Op::conv_backward_weights}) {
      const ConvolutionGeometry f = geometry_of(shape, op);
      const bool contracts = op == Op::conv ? f.w[0] < f.w[1] : f.w[1] < f.w[0];
      if (op == Op::conv_backward_weights || !contracts || f.strides == std::vector<std::int64_t>{1, 1})
        all.emplace_back(shape, op);
    }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Shapes, AmxFew, testing::ValuesIn(few_cases()), [](const auto& test) {
  return std::get<0>(test.param).name + "_" + std::string(sganc::info(std::get<1>(test.param)).name);
});

/// A panel of 16 channels without a neighbour; the last group may have fewer blocks than the others.
TEST(AmxWeights, EveryNumberOfBlocksAndGroups) {
  const ConvolutionGeometry f =
      geometry_of({"", 12, 6, 5, 16, 48, 3, 3, {2, 2}, {1, 1, 1, 1}}, Op::conv_backward_weights);
  for (const int images : {1, 4, 6})
    for (const int groups : {1, 2, 5})
      if (groups <= 12 / images)
        expect_close(*find_implementation("amx"), f, {.images = images, .groups = groups}, Precision::bf16);
  const ConvolutionGeometry few_inputs =
      geometry_of({"", 12, 6, 5, 2, 32, 3, 3, {2, 2}, {1, 1, 1, 1}}, Op::conv_backward_weights);
  for (const int images : {1, 4})
    for (const int groups : {1, 2})
      expect_close(*find_implementation("amx_few"), few_inputs, {.images = images, .groups = groups},
                   Precision::bf16);
}

/// Directives can lay out what the tiles read so that the runtime refuses it. Kernels do without Halide's
/// assertions, so the runtime remembers that it did.
TEST(AmxFailures, AreRemembered) {
  const ConvolutionGeometry f = geometry_of(cases[2], Op::conv);
  Values a = integers(f.x, 1), b = integers(f.w, 2);
  const Implementation& row = *find_implementation("amx");
  run_by(row, f, {}, Precision::bf16, a, b);
  EXPECT_FALSE(take_failed_tiles());
  EXPECT_THROW(run_by(row, f, {}, Precision::bf16, a, b, {stage("padded", {"reorder_storage q k n"})}),
               Halide::Error);
  EXPECT_TRUE(take_failed_tiles());
  EXPECT_FALSE(take_failed_tiles());
}

}  // namespace
}  // namespace sganc
