// Direct convolutions against the obvious loops, exact on whole numbers: every op, in f32 and in bf16, at
// shapes that leave remainders, reach over edges, and have phases of fewer taps than others or of none.

#include "tests/convolution_check.h"

namespace sganc {
namespace {

/// (images, width, height, in, out, kernel, strides, pads)
const std::vector<ConvolutionCase> cases = {
    {"one_pixel", 2, 1, 1, 16, 16, 1, 1, {1, 1}, {0, 0, 0, 0}},
    {"same_3x3", 4, 14, 6, 32, 48, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"valid_2x3", 2, 9, 7, 16, 32, 2, 3, {1, 1}, {0, 0, 0, 0}},
    {"wide_pads", 2, 6, 6, 16, 16, 3, 3, {1, 1}, {3, 2, 3, 4}},
    {"long_rows", 2, 31, 3, 16, 16, 1, 5, {1, 1}, {0, 2, 0, 2}},
    {"stride_2_of_3x3", 6, 14, 14, 32, 32, 3, 3, {2, 2}, {0, 0, 1, 1}},
    {"stride_2_of_3x3_around", 2, 8, 8, 16, 80, 3, 3, {2, 2}, {1, 1, 1, 1}},
    {"stride_2_of_5x5", 2, 12, 8, 16, 48, 5, 5, {2, 2}, {2, 2, 1, 1}},
    {"strides_1_and_2", 2, 12, 9, 16, 16, 3, 4, {1, 2}, {1, 1, 1, 1}},
    {"stride_3_of_5x4", 2, 12, 9, 16, 32, 5, 4, {3, 3}, {2, 1, 1, 2}},
    {"stride_3_of_2x2", 2, 9, 9, 16, 16, 2, 2, {3, 3}, {0, 0, 0, 0}},
};

using DirectCase = std::tuple<ConvolutionCase, Op>;

/// All ops of all shapes, except gradients by images whose phases have unequal extents: `direct` does not
/// compute these.
std::vector<DirectCase> direct_cases() {
  std::vector<DirectCase> all;
  for (const auto& shape : cases)
    for (const Op op : {Op::conv, Op::conv_backward_data, Op::conv_backward_weights}) {
      const ConvolutionGeometry f = geometry_of(shape, op);
      const bool whole = f.x[1] % f.strides[0] == 0 && f.x[2] % f.strides[1] == 0;
      if (whole || op != Op::conv_backward_data) all.emplace_back(shape, op);
    }
  return all;
}

class Direct : public testing::TestWithParam<DirectCase> {};

TEST_P(Direct, IsExact) {
  const auto& [shape, op] = GetParam();
  for (const auto precision : {Precision::f32, Precision::bf16})
    expect_close(*find_implementation("direct"), geometry_of(shape, op), {}, precision);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Direct, testing::ValuesIn(direct_cases()), [](const auto& test) {
  return std::get<0>(test.param).name + "_" + std::string(sganc::info(std::get<1>(test.param)).name);
});

/// In f32 images may have any number of channels.
TEST(DirectChannels, AnyNumber) {
  const std::vector<ConvolutionCase> any = {
      {"one_pixel", 3, 1, 1, 100, 40, 1, 1, {1, 1}, {0, 0, 0, 0}},
      {"odd", 2, 7, 5, 7, 5, 3, 3, {1, 1}, {1, 1, 1, 1}},
      {"stride_2", 2, 8, 6, 20, 36, 4, 4, {2, 2}, {1, 1, 1, 1}},
      {"one", 1, 9, 4, 17, 19, 2, 3, {1, 1}, {0, 1, 1, 1}},
  };
  for (const auto& shape : any)
    for (const Op op : {Op::conv, Op::conv_backward_data})
      expect_close(*find_implementation("direct"), geometry_of(shape, op), {}, Precision::f32);
}

/// The last group may have fewer images than the others.
TEST(DirectWeights, EveryNumberOfGroups) {
  const ConvolutionGeometry f =
      geometry_of({"", 10, 6, 5, 16, 32, 3, 3, {2, 2}, {1, 1, 1, 1}}, Op::conv_backward_weights);
  for (const int groups : {1, 2, 3, 4, 5})
    for (const auto precision : {Precision::f32, Precision::bf16})
      expect_close(*find_implementation("direct"), f, {.groups = groups}, precision);
}

}  // namespace
}  // namespace sganc
