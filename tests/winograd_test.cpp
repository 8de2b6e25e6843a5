// Convolutions by Winograd's filtering against the obvious loops: every op, tile and block, at shapes that
// leave remainders, reach over edges, and have phases of fewer taps than others.

#include "compiler/implementations/winograd.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/implementations/minimal_filter.h"
#include "tests/convolution_check.h"

namespace sganc {
namespace {

const Implementation& winograd() {
  return *find_implementation("winograd");
}

/// (images, width, height, in, out, kernel, strides, pads)
const std::vector<ConvolutionCase> cases = {
    {"one_pixel", 1, 1, 1, 16, 16, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"one_row", 1, 9, 1, 16, 32, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"same_3x3", 4, 14, 14, 32, 48, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"odd_extents", 6, 11, 7, 48, 16, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"valid_2x2", 3, 8, 5, 16, 16, 2, 2, {1, 1}, {0, 0, 0, 0}},
    {"kernel_2x3", 2, 7, 9, 16, 16, 2, 3, {1, 1}, {1, 1, 0, 1}},
    {"wide_pads", 1, 6, 6, 16, 16, 3, 3, {1, 1}, {3, 2, 3, 4}},
    {"stride_2_of_3x3", 2, 14, 14, 32, 32, 3, 3, {2, 2}, {0, 0, 1, 1}},
    {"stride_2_of_4x4", 5, 14, 14, 32, 64, 4, 4, {2, 2}, {1, 1, 1, 1}},
    {"stride_2_of_5x5", 2, 12, 8, 16, 48, 5, 5, {2, 2}, {2, 2, 1, 1}},
    {"stride_2_of_6x6", 3, 10, 10, 16, 16, 6, 6, {2, 2}, {2, 2, 2, 2}},
    {"strides_1_and_2", 2, 12, 9, 16, 16, 3, 4, {1, 2}, {1, 1, 1, 1}},
    {"stride_3_of_6x6", 2, 12, 12, 16, 32, 6, 6, {3, 3}, {1, 2, 2, 1}},
    {"stride_3_of_5x5", 1, 9, 9, 16, 16, 5, 5, {3, 3}, {1, 1, 1, 1}},
    {"generator", 2, 28, 28, 128, 128, 4, 4, {2, 2}, {1, 1, 1, 1}},
    {"80_channels", 2, 8, 8, 80, 112, 3, 3, {1, 1}, {1, 1, 1, 1}},
};

/// Returns a function of this one convolution.
Function function_of(const ConvolutionGeometry& f) {
  const auto [a, b, result] = f.op == Op::conv                 ? std::tuple{f.x, f.w, f.y}
                              : f.op == Op::conv_backward_data ? std::tuple{f.y, f.w, f.x}
                                                               : std::tuple{f.x, f.y, f.w};
  Function function;
  Node convolution{.op = f.op, .operands = {{0}, {1}}, .type = {DType::f32, result}};
  convolution.attributes.strides = f.strides, convolution.attributes.pads = f.pads;
  function.nodes = {
      {.op = Op::input, .type = {DType::f32, a}}, {.op = Op::input, .type = {DType::f32, b}}, convolution};
  return function;
}

void expect_close(const ConvolutionGeometry& f, const Tiling& tiling, Precision precision = Precision::f32) {
  expect_close(winograd(), f, tiling, precision);
}

/// Returns the plan of its one convolution for `threads` threads, or nothing if Winograd's filtering is of
/// no use for it.
std::optional<ProductPlan> planned_of(const Function& function, int threads) {
  return winograd().plan({{function, function.nodes[2]}, Schedule{}, TargetMachine{.threads = threads}});
}

class WinogradCase : public testing::TestWithParam<std::tuple<ConvolutionCase, Op>> {};

TEST_P(WinogradCase, AsThePassCutsIt) {
  const auto& [shape, op] = GetParam();
  const ConvolutionGeometry f = geometry_of(shape, op);
  const Function function = function_of(f);
  const auto choice = planned_of(function, 2);
  const bool whole = f.x[1] % f.strides[0] == 0 && f.x[2] % f.strides[1] == 0;
  ASSERT_EQ(choice.has_value(), op != Op::conv_backward_data || whole);
  if (choice) expect_close(f, choice->tiling);
}

INSTANTIATE_TEST_SUITE_P(Shapes, WinogradCase,
                         testing::Combine(testing::ValuesIn(cases),
                                          testing::Values(Op::conv, Op::conv_backward_data,
                                                          Op::conv_backward_weights)),
                         [](const auto& test) {
                           return std::get<0>(test.param).name + "_" +
                                  std::string(sganc::info(std::get<1>(test.param)).name);
                         });

TEST(Winograd, EveryTileAndBlock) {
  const ConvolutionCase shape{"", 6, 12, 10, 16, 16, 4, 4, {2, 2}, {1, 1, 1, 1}};
  for (const Op op : {Op::conv, Op::conv_backward_data, Op::conv_backward_weights})
    for (const int outputs : {2, 3, 4, 5})
      for (const int images : {1, 2, 6}) {
        expect_close(geometry_of(shape, op), {outputs, images});
        const bool whole_pairs = op != Op::conv_backward_weights || images % 2 == 0;
        if (outputs == 3 && whole_pairs)
          expect_close(geometry_of(shape, op), {outputs, images}, Precision::bf16);
      }
  for (const int groups : {2, 3, 6})
    expect_close(geometry_of(shape, Op::conv_backward_weights), {3, 1, groups});
}

/// y_i is the sum over j of d_(i + j) g_j, checked for each output, tap and input by itself.
TEST(MinimalFilter, IsAFilter) {
  for (int m = 1; m <= 5; ++m)
    for (int r = 1; m + r - 1 <= 6; ++r) {
      const MinimalFilter f = minimal_filter(m, r);
      const auto n = static_cast<std::size_t>(m + r - 1);
      for (std::size_t i = 0; i < f.output.size(); ++i)
        for (std::size_t j = 0; j < static_cast<std::size_t>(r); ++j)
          for (std::size_t d = 0; d < n; ++d) {
            double y = 0;
            for (std::size_t p = 0; p < n; ++p) y += f.output[i][p] * f.taps[p][j] * f.input[p][d];
            EXPECT_NEAR(y, d == i + j ? 1 : 0, 1e-12) << "F(" << m << ", " << r << ")";
          }
    }
}

/// Returns a line like "2.00 times fewer products, by tiles of 3x3, blocks of 10", or "-" for no plan.
std::string text_of(const std::optional<ProductPlan>& planned) {
  if (!planned) return "-";
  return planned->why + ", blocks of " + std::to_string(planned->tiling.images) +
         (planned->tiling.groups > 1 ? ", " + std::to_string(planned->tiling.groups) + " groups" : "");
}

TEST(WinogradTiling, WastesLittle) {
  int threads = 2;
  const auto all = [&](const ConvolutionCase& c) {
    std::string text;
    for (const Op op : {Op::conv, Op::conv_backward_data, Op::conv_backward_weights})
      text += text_of(planned_of(function_of(geometry_of(c, op)), threads)) + "\n";
    return text;
  };
  EXPECT_EQ(all({"", 100, 28, 28, 128, 128, 4, 4, {2, 2}, {1, 1, 1, 1}}),
            "2.42 times fewer products, by tiles of 5x5, blocks of 10\n"
            "2.42 times fewer products, by tiles of 5x5, blocks of 10\n"
            "2.42 times fewer products, by tiles of 5x5, blocks of 10\n");
  EXPECT_EQ(all({"", 50, 14, 14, 128, 128, 4, 4, {2, 2}, {1, 1, 1, 1}}),
            "1.96 times fewer products, by tiles of 4x4, blocks of 25\n"
            "1.96 times fewer products, by tiles of 4x4, blocks of 25\n"
            "1.96 times fewer products, by tiles of 4x4, blocks of 25\n");
  EXPECT_EQ(all({"", 50, 14, 14, 128, 128, 3, 3, {2, 2}, {0, 0, 1, 1}}),
            "1.10 times fewer products, by tiles of 4x4, blocks of 25\n"
            "1.10 times fewer products, by tiles of 4x4, blocks of 25\n"
            "1.10 times fewer products, by tiles of 4x4, blocks of 25\n");
  EXPECT_EQ(all({"", 64, 16, 16, 64, 64, 3, 3, {1, 1}, {1, 1, 1, 1}}),
            "4.00 times fewer products, by tiles of 4x4, blocks of 8\n"
            "4.00 times fewer products, by tiles of 4x4, blocks of 8\n"
            "4.00 times fewer products, by tiles of 4x4, blocks of 8, 4 groups\n");
  EXPECT_EQ(all({"", 64, 16, 16, 64, 64, 1, 3, {1, 1}, {0, 1, 0, 1}}),
            "-\n"
            "-\n"
            "-\n");  // one tap along an axis
  EXPECT_EQ(all({"", 64, 16, 16, 64, 64, 5, 5, {1, 1}, {2, 2, 2, 2}}),
            "-\n"
            "-\n"
            "-\n");  // five taps
  EXPECT_EQ(all({"", 64, 16, 16, 60, 64, 3, 3, {1, 1}, {1, 1, 1, 1}}),
            "-\n"
            "-\n"
            "-\n");  // 60 channels
  EXPECT_EQ(all({"", 64, 15, 15, 64, 64, 4, 4, {2, 2}, {1, 1, 1, 1}}),
            "1.96 times fewer products, by tiles of 4x4, blocks of 32\n"
            "-\n"
            "1.96 times fewer products, by tiles of 4x4, blocks of 32\n");  // phases of unequal extents
  threads = 16;  // there are more blocks and groups, so that each thread has some
  EXPECT_EQ(all({"", 100, 28, 28, 128, 128, 4, 4, {2, 2}, {1, 1, 1, 1}}),
            "2.42 times fewer products, by tiles of 5x5, blocks of 4\n"
            "2.42 times fewer products, by tiles of 5x5, blocks of 4\n"
            "2.42 times fewer products, by tiles of 5x5, blocks of 4, 5 groups\n");
  EXPECT_EQ(all({"", 64, 16, 16, 64, 64, 3, 3, {1, 1}, {1, 1, 1, 1}}),
            "4.00 times fewer products, by tiles of 4x4, blocks of 4\n"
            "4.00 times fewer products, by tiles of 4x4, blocks of 4\n"
            "4.00 times fewer products, by tiles of 4x4, blocks of 4, 16 groups\n");
}

}  // namespace
}  // namespace sganc
