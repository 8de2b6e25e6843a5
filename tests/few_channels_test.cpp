// Convolutions with few channels against the obvious loops, exact on integer-valued data, under the default
// schedule and under none.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/convolution_cases.h"

namespace sganc {
namespace {

using Halide::Expr;
using Halide::Func;
using Case = ConvolutionCase;

struct Result {
  Values values, bias;
};

enum class Directives { by_rule, none };

ConvolutionKernel few_channels(const EmitRequest& request) {
  return find_implementation("few_channels")->emit(request);
}

/// Compiles and runs the kernel, which stores 2 * sum + a number of the coordinates, so that a wrong
/// coordinate shows.
Result run(const ConvolutionGeometry& f, Precision precision, Values& a, Values& b, Directives directives) {
  const Shape& sa = f.op == Op::conv_backward_data ? f.y : f.x;
  const Shape& sb = f.op == Op::conv_backward_weights ? f.y : f.w;
  const auto epilogue = [](Expr sum, const std::vector<Expr>& at) -> std::vector<Expr> {
    return {2.0f * sum + Halide::cast<float>(at[0] + 3 * at[1] + 5 * at[2] + 7 * at[3])};
  };
  const bool weights = f.op == Op::conv_backward_weights;
  auto kernel = few_channels({.geometry = f,
                              .precision = precision,
                              .a = as_func(buffer_over(a, sa)),
                              .b = as_func(buffer_over(b, sb)),
                              .epilogue = epilogue,
                              .target = target_here(),
                              .bias_sum = weights});
  apply_schedule(directives == Directives::by_rule ? kernel.default_schedule : KernelSchedule{},
                 kernel.funcs);
  const Shape& shape = result_shape(f);
  Result result{Values(elements(shape), NAN), Values(static_cast<std::size_t>(f.y[3]), NAN)};
  auto out = buffer_over(result.values, shape);
  if (weights) {
    Halide::Buffer<float> sums(result.bias.data(), std::vector<int>{static_cast<int>(f.y[3])});
    Halide::Pipeline({kernel.output, kernel.bias_sum}).realize({out, sums}, target_here());
  } else {
    kernel.output.realize(out, target_here());
  }
  return result;
}

void expect_exact(const Case& c, Op op, Directives directives, Precision precision = Precision::f32) {
  const ConvolutionGeometry f = geometry_of(c, op);
  Values a = integers(op == Op::conv_backward_data ? f.y : f.x, 1);
  Values b = integers(op == Op::conv_backward_weights ? f.y : f.w, 2);
  Values expected = obvious(f, a, b);
  const Shape& s = result_shape(f);
  for (std::int64_t i = 0; i < s[0]; ++i)
    for (std::int64_t j = 0; j < s[1]; ++j)
      for (std::int64_t k = 0; k < s[2]; ++k)
        for (std::int64_t l = 0; l < s[3]; ++l) {
          float& v = expected[index(s, i, j, k, l)];
          v = 2 * v + static_cast<float>(l + 3 * k + 5 * j + 7 * i);
        }
  const Result result = run(f, precision, a, b, directives);
  EXPECT_EQ(result.values, expected);
  if (op != Op::conv_backward_weights) return;
  Values sums(static_cast<std::size_t>(f.y[3]), 0.0f);
  for (std::size_t i = 0; i < b.size(); ++i) sums[i % sums.size()] += b[i];
  EXPECT_EQ(result.bias, sums);
}

class FewChannelsCase : public testing::TestWithParam<Case> {};

TEST_P(FewChannelsCase, ForwardIsExact) {
  expect_exact(GetParam(), Op::conv, Directives::by_rule);
}
TEST_P(FewChannelsCase, DataGradientIsExact) {
  expect_exact(GetParam(), Op::conv_backward_data, Directives::by_rule);
}
TEST_P(FewChannelsCase, WeightGradientIsExact) {
  expect_exact(GetParam(), Op::conv_backward_weights, Directives::by_rule);
}
TEST_P(FewChannelsCase, WithoutDirectivesIsExact) {
  for (const Op op : {Op::conv, Op::conv_backward_data, Op::conv_backward_weights})
    expect_exact(GetParam(), op, Directives::none);
}

/// bf16 holds these numbers exactly. It is multiplied in pairs of taps, of channels, or of pixels.
TEST_P(FewChannelsCase, InBf16IsExact) {
  const Case& c = GetParam();
  const ConvolutionGeometry f = geometry_of(c, Op::conv);
  const bool wide_is_x = c.in > c.out;
  const std::int64_t channels = std::max(c.in, c.out), width = (wide_is_x ? f.x : f.y)[2];
  for (const Op op : {Op::conv, Op::conv_backward_data})
    if ((op == Op::conv) != wide_is_x || channels % 2 == 0)
      for (const auto directives : {Directives::by_rule, Directives::none})
        expect_exact(c, op, directives, Precision::bf16);
  if (wide_is_x && width % 2 == 0)
    expect_exact(c, Op::conv_backward_weights, Directives::by_rule, Precision::bf16);
}

const std::vector<Case> cases = {
    {"one_pixel", 1, 1, 1, 1, 1, 1, 1, {1, 1}, {0, 0, 0, 0}},
    {"one_to_one", 2, 7, 5, 1, 1, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"expand_stride_2", 3, 9, 7, 1, 32, 3, 3, {2, 2}, {0, 0, 1, 1}},
    {"expand_odd_channels", 2, 11, 6, 3, 21, 3, 3, {2, 1}, {1, 0, 0, 1}},
    {"expand_stride_3", 2, 13, 10, 4, 20, 5, 4, {3, 3}, {2, 1, 1, 2}},
    {"expand_kernel_2_stride_3", 1, 9, 9, 2, 16, 2, 2, {3, 3}, {0, 0, 0, 0}},
    {"expand_even_kernel", 3, 16, 16, 3, 64, 4, 4, {2, 2}, {1, 1, 1, 1}},
    {"contract_5x5", 2, 9, 11, 32, 1, 5, 5, {1, 1}, {2, 2, 2, 2}},
    {"contract_odd_channels", 3, 10, 7, 19, 2, 3, 3, {1, 1}, {1, 1, 1, 1}},
    {"contract_stride_2", 2, 13, 9, 24, 3, 4, 3, {2, 2}, {1, 0, 2, 1}},
    {"contract_stride_3", 2, 17, 11, 48, 4, 3, 5, {3, 3}, {0, 2, 1, 2}},
    {"contract_valid", 5, 29, 8, 16, 1, 3, 7, {1, 1}, {0, 0, 0, 0}},
    {"contract_wide_pads", 1, 5, 5, 16, 1, 3, 3, {1, 1}, {4, 3, 4, 3}},
    {"discriminator", 6, 28, 28, 1, 128, 3, 3, {2, 2}, {0, 0, 1, 1}},
    {"generator", 3, 28, 28, 128, 1, 7, 7, {1, 1}, {3, 3, 3, 3}},
};
INSTANTIATE_TEST_SUITE_P(Shapes, FewChannelsCase, testing::ValuesIn(cases),
                         [](const auto& info) { return info.param.name; });

TEST(FewChannels, FinishMayGiveSeveralOutputs) {
  const ConvolutionGeometry f = geometry_of(cases[2], Op::conv);
  Values a = integers(f.x, 1), b = integers(f.w, 2);
  const auto epilogue = [](Expr sum, const std::vector<Expr>&) -> std::vector<Expr> { return {sum, -sum}; };
  auto kernel = few_channels({.geometry = f,
                              .a = as_func(buffer_over(a, f.x)),
                              .b = as_func(buffer_over(b, f.w)),
                              .epilogue = epilogue,
                              .target = target_here()});
  apply_schedule(kernel.default_schedule, kernel.funcs);
  Values first(elements(f.y)), second(elements(f.y));
  auto to_first = buffer_over(first, f.y), to_second = buffer_over(second, f.y);
  Halide::Pipeline(kernel.output).realize({to_first, to_second}, target_here());
  Values expected = obvious(f, a, b);
  EXPECT_EQ(first, expected);
  for (auto& v : expected) v = -v;
  EXPECT_EQ(second, expected);
}

/// The sums of a weight gradient over many images keep the precision of f32.
TEST(FewChannels, LongSumsStayPrecise) {
  ConvolutionGeometry f = geometry_of(cases.back(), Op::conv_backward_weights);
  f.x = {40, 28, 28, 16}, f.y = {40, 28, 28, 1}, f.w = {1, 16, 3, 3}, f.pads = {1, 1, 1, 1};
  Values x(elements(f.x)), y(elements(f.y), 1.0f);
  std::uint32_t seed = 5;
  for (auto& v : x) v = 0.5f + static_cast<float>((seed = seed * 1664525U + 1013904223U) >> 8) * 0x1p-24f;
  double expected = 0;  // of the middle tap, which meets every pixel
  for (std::size_t i = 0; i < x.size(); i += 16) expected += x[i];
  auto kernel =
      few_channels({.geometry = f,
                    .a = as_func(buffer_over(x, f.x)),
                    .b = as_func(buffer_over(y, f.y)),
                    .epilogue = [](Expr sum, const std::vector<Expr>&) -> std::vector<Expr> { return {sum}; },
                    .target = target_here()});
  apply_schedule(kernel.default_schedule, kernel.funcs);
  Values w(elements(f.w));
  auto out = buffer_over(w, f.w);
  kernel.output.realize(out, target_here());
  EXPECT_NEAR(w[index(f.w, 0, 0, 1, 1)] / expected, 1.0, 1e-6);
}

}  // namespace
}  // namespace sganc
