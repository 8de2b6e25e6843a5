// Every convolution kind and matrix product against loops that follow the definitions in runtime/program.h.
// Data are small integers, so that results are exact whatever the order of summation.

#include "runtime/execute/onednn.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace sganc {
namespace {

using Values = std::vector<float>;
using Kind = Convolution::Kind;
using Function = Activation::Kind;

Buffer buffer(std::vector<std::int64_t> extents) {
  Buffer result;
  result.extents = std::move(extents);
  return result;
}

std::size_t size(const Buffer& b) {
  std::size_t count = 1;
  for (const auto e : b.extents) count *= static_cast<std::size_t>(e);
  return count;
}

Values integers(const Buffer& b, unsigned seed) {
  std::mt19937 generator(seed);
  Values values(size(b));
  for (float& v : values) v = static_cast<float>(static_cast<int>(generator() % 7) - 3);
  return values;
}

/// The offset of element (a, b, c, d) of a dense four-dimensional buffer.
std::size_t at(const Buffer& t, std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
  const auto& e = t.extents;
  return static_cast<std::size_t>(((a * e[1] + b) * e[2] + c) * e[3] + d);
}

float applied(const Activation& activation, float v) {
  switch (activation.kind) {
    case Function::leaky_relu:
      return v > 0 ? v : v * activation.slope;
    case Function::tanh:
      return std::tanh(v);
    case Function::sigmoid:
      return 1 / (1 + std::exp(-v));
    case Function::none:
      break;
  }
  return v;
}

struct Tensors {
  Values x, w, y, bias;
};

/// The definition: whichever tensor the step computes is summed from the other two.
Tensors reference(const Convolution& s, Tensors t) {
  Values& result = s.kind == Kind::forward ? t.y : s.kind == Kind::backward_data ? t.x : t.w;
  std::fill(result.begin(), result.end(), 0.f);
  const auto &x = s.x.extents, &w = s.w.extents, &y = s.y.extents;
  for (std::int64_t n = 0; n < y[0]; ++n)
    for (std::int64_t oy = 0; oy < y[1]; ++oy)
      for (std::int64_t ox = 0; ox < y[2]; ++ox)
        for (std::int64_t ky = 0; ky < w[2]; ++ky)
          for (std::int64_t kx = 0; kx < w[3]; ++kx) {
            const std::int64_t iy = oy * s.strides[0] + ky * s.dilations[0] - s.pads[0];
            const std::int64_t ix = ox * s.strides[1] + kx * s.dilations[1] - s.pads[1];
            if (iy < 0 || iy >= x[1] || ix < 0 || ix >= x[2]) continue;
            for (std::int64_t o = 0; o < w[0]; ++o)
              for (std::int64_t i = 0; i < w[1]; ++i) {
                float& tx = t.x[at(s.x, n, iy, ix, o / (w[0] / s.groups) * w[1] + i)];
                float& tw = t.w[at(s.w, o, i, ky, kx)];
                float& ty = t.y[at(s.y, n, oy, ox, o)];
                if (s.kind == Kind::forward) ty += tx * tw;
                if (s.kind == Kind::backward_data) tx += ty * tw;
                if (s.kind == Kind::backward_weights) tw += tx * ty;
              }
          }
  if (s.kind == Kind::backward_weights) {
    std::fill(t.bias.begin(), t.bias.end(), 0.f);
    const Values& summed = s.bias_of_x ? t.x : t.y;
    if (!t.bias.empty())
      for (std::size_t i = 0; i < summed.size(); ++i) t.bias[i % t.bias.size()] += summed[i];
  } else {
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = applied(s.activation, result[i] + (t.bias.empty() ? 0 : t.bias[i % t.bias.size()]));
  }
  return t;
}

struct Shape {
  const char* name;
  std::int64_t batch, height, width, in, out, kernel_height, kernel_width, stride;
  std::vector<std::int64_t> pads;
  std::int64_t dilation = 1, groups = 1;
};

const std::vector<Shape> kShapes = {
    {"odd", 3, 7, 5, 3, 5, 3, 3, 1, {1, 1, 1, 1}},
    {"stride 2, padded below and right", 2, 8, 8, 5, 16, 3, 3, 2, {0, 0, 1, 1}},
    {"stride 2, odd extents", 2, 7, 9, 16, 32, 3, 3, 2, {1, 1, 1, 1}},
    {"transposed 4x4 stride 2", 2, 14, 14, 32, 16, 4, 4, 2, {1, 1, 1, 1}},
    {"one channel out, 7x7", 2, 9, 9, 16, 1, 7, 7, 1, {3, 3, 3, 3}},
    {"one channel in", 3, 12, 12, 1, 16, 3, 3, 2, {0, 0, 1, 1}},
    {"1x1", 2, 3, 3, 16, 24, 1, 1, 1, {0, 0, 0, 0}},
    {"unequal kernel, lopsided pads", 2, 6, 7, 4, 6, 2, 5, 1, {1, 0, 0, 3}},
    {"rest that no window reaches", 1, 8, 8, 4, 4, 3, 3, 2, {0, 0, 0, 0}},
    {"dilated", 2, 9, 8, 5, 16, 3, 2, 1, {2, 1, 2, 2}, 2},
    {"dilated, stride 2", 2, 9, 9, 16, 16, 3, 3, 2, {3, 3, 3, 3}, 3},
    {"groups", 2, 7, 6, 12, 8, 3, 3, 1, {1, 1, 1, 1}, 1, 4},
    {"depthwise", 2, 7, 6, 32, 32, 3, 3, 2, {0, 0, 1, 1}, 1, 32},
    {"depthwise, two filters a channel, dilated", 2, 7, 6, 3, 6, 3, 3, 1, {2, 2, 2, 2}, 2, 3},
    {"pads larger than the kernel", 2, 4, 5, 6, 7, 2, 2, 1, {3, 3, 3, 3}},
};

Convolution convolution(const Shape& s, Kind kind) {
  Convolution c;
  c.kind = kind;
  const auto extent = [&](std::int64_t in, std::int64_t kernel, std::int64_t pads) {
    return (in + pads - (kernel - 1) * s.dilation - 1) / s.stride + 1;
  };
  c.x = buffer({s.batch, s.height, s.width, s.in});
  c.w = buffer({s.out, s.in / s.groups, s.kernel_height, s.kernel_width});
  c.y = buffer({s.batch, extent(s.height, s.kernel_height, s.pads[0] + s.pads[2]),
                extent(s.width, s.kernel_width, s.pads[1] + s.pads[3]), s.out});
  c.strides = {s.stride, s.stride};
  c.pads = s.pads;
  c.dilations = {s.dilation, s.dilation};
  c.groups = s.groups;
  return c;
}

Tensors executed(OneDnn& onednn, const Convolution& step, Tensors t) {
  auto operation = onednn.prepare("test", step);
  std::vector<void*> operands = {t.x.data(), t.w.data(), t.y.data()};
  if (!t.bias.empty()) operands.push_back(t.bias.data());
  operation.execute(operands);
  return t;
}

void expect_equal(const Values& got, const Values& wanted, const char* tensor, float tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], wanted[i], tolerance) << tensor << " at " << i;
}

void expect_as_defined(OneDnn& onednn, const Convolution& step) {
  Tensors t{integers(step.x, 1), integers(step.w, 2), integers(step.y, 3), {}};
  if (!step.bias.empty()) t.bias = integers(step.bias[0], 4);
  const bool exact = step.activation.kind == Function::none || step.activation.kind == Function::leaky_relu;
  const Tensors wanted = reference(step, t), got = executed(onednn, step, t);
  const float tolerance = exact ? 0.f : 2e-6f;
  expect_equal(got.x, wanted.x, "x", tolerance);
  expect_equal(got.w, wanted.w, "w", tolerance);
  expect_equal(got.y, wanted.y, "y", tolerance);
  expect_equal(got.bias, wanted.bias, "bias", tolerance);
}

TEST(OneDnnConvolution, ForwardAndDataWithBiasAndEveryActivation) {
  OneDnn onednn;
  for (const Shape& shape : kShapes)
    for (const Kind kind : {Kind::forward, Kind::backward_data})
      for (const bool bias : {false, true})
        for (const Activation& activation :
             {Activation{}, Activation{Function::leaky_relu, 0.25f}, Activation{Function::leaky_relu, 0.f},
              Activation{Function::tanh, 0.f}, Activation{Function::sigmoid, 0.f}}) {
          SCOPED_TRACE(std::string(shape.name) + (kind == Kind::forward ? " forward" : " data") +
                       (bias ? " bias " : " ") + std::to_string(static_cast<int>(activation.kind)));
          Convolution step = convolution(shape, kind);
          if (bias) step.bias = {buffer({kind == Kind::forward ? shape.out : shape.in})};
          step.activation = activation;
          expect_as_defined(onednn, step);
        }
}

TEST(OneDnnConvolution, WeightsWithTheBiasOfEitherSide) {
  OneDnn onednn;
  for (const Shape& shape : kShapes)
    for (const int bias : {0, 1, 2}) {
      SCOPED_TRACE(std::string(shape.name) + " bias " + std::to_string(bias));
      Convolution step = convolution(shape, Kind::backward_weights);
      if (bias) step.bias = {buffer({bias == 1 ? shape.out : shape.in})};
      step.bias_of_x = bias == 2;
      expect_as_defined(onednn, step);
    }
}

TEST(OneDnnConvolution, OperationsShareOneScratchBufferThatGrows) {
  OneDnn onednn;
  Convolution small = convolution(kShapes[0], Kind::backward_weights);
  small.bias = {buffer({kShapes[0].out})};
  Convolution large = convolution(kShapes[3], Kind::backward_weights);
  large.bias = {buffer({kShapes[3].out})};
  auto first = onednn.prepare("small", small);
  const std::int64_t before = onednn.scratch_bytes();
  Tensors t{integers(small.x, 1), integers(small.w, 2), integers(small.y, 3), integers(small.bias[0], 4)};
  std::vector<void*> operands = {t.x.data(), t.w.data(), t.y.data(), t.bias.data()};
  first.execute(operands);
  auto second = onednn.prepare("large", large);
  EXPECT_GT(onednn.scratch_bytes(), before);
  Tensors u{integers(large.x, 1), integers(large.w, 2), integers(large.y, 3), integers(large.bias[0], 4)};
  std::vector<void*> others = {u.x.data(), u.w.data(), u.y.data(), u.bias.data()};
  second.execute(others);
  EXPECT_EQ(u.w, reference(large, u).w);
  // The first operation uses the scratch buffer at its present address, and the operands of this call.
  Tensors v = t;
  v.x = integers(small.x, 9);
  operands = {v.x.data(), v.w.data(), v.y.data(), v.bias.data()};
  first.execute(operands);
  EXPECT_EQ(v.w, reference(small, v).w);
  EXPECT_NE(v.w, t.w);
}

Values reference(const MatrixProduct& s, const Values& a, const Values& b, const Values& bias) {
  const std::int64_t m = s.c.extents[0], n = s.c.extents[1], k = s.a.extents[s.transpose_a ? 0 : 1];
  Values c(size(s.c));
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      float sum = bias.empty() ? 0 : bias[static_cast<std::size_t>(j)];
      for (std::int64_t l = 0; l < k; ++l)
        sum += a[static_cast<std::size_t>(s.transpose_a ? l * m + i : i * k + l)] *
               b[static_cast<std::size_t>(s.transpose_b ? j * k + l : l * n + j)];
      c[static_cast<std::size_t>(i * n + j)] = applied(s.activation, sum);
    }
  return c;
}

void expect_product(OneDnn& onednn, std::int64_t m, std::int64_t n, std::int64_t k, MatrixProduct step) {
  step.a = buffer(step.transpose_a ? std::vector{k, m} : std::vector{m, k});
  step.b = buffer(step.transpose_b ? std::vector{n, k} : std::vector{k, n});
  step.c = buffer({m, n});
  Values a = integers(step.a, 1), b = integers(step.b, 2), c(size(step.c), 77.f), bias;
  std::vector<void*> operands = {a.data(), b.data(), c.data()};
  if (!step.bias.empty()) {
    bias = integers(step.bias[0], 3);
    operands.push_back(bias.data());
  }
  auto operation = onednn.prepare("test", step);
  operation.execute(operands);
  const bool exact = step.activation.kind == Function::none || step.activation.kind == Function::leaky_relu;
  expect_equal(c, reference(step, a, b, bias), "c", exact ? 0.f : 2e-6f);
}

TEST(OneDnnMatrixProduct, AllTransposesWithBiasAndActivation) {
  OneDnn onednn;
  for (const auto& [m, n, k] : {std::array<std::int64_t, 3>{5, 10, 33}, {50, 10, 96}, {1, 17, 4}, {7, 1, 65}})
    for (const int transposes : {0, 1, 2, 3})
      for (const bool bias : {false, true})
        for (const Activation& activation : {Activation{}, Activation{Function::leaky_relu, 0.5f},
                                             Activation{Function::tanh}, Activation{Function::sigmoid}}) {
          SCOPED_TRACE("m " + std::to_string(m) + " transposes " + std::to_string(transposes) +
                       (bias ? " bias " : " ") + std::to_string(static_cast<int>(activation.kind)));
          MatrixProduct step;
          step.transpose_a = transposes & 1;
          step.transpose_b = transposes & 2;
          if (bias) step.bias = {buffer({n})};
          step.activation = activation;
          expect_product(onednn, m, n, k, step);
        }
}

template <typename Error, typename Step>
std::string refusal(const Step& step) {
  OneDnn onednn;
  try {
    onednn.prepare("d.conv_1", step);
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(OneDnnErrors, SayTheStepAndTheOperation) {
  Convolution step = convolution(kShapes[0], Kind::forward);
  step.y.extents[1] += 1;
  const std::string text = refusal<std::runtime_error>(step);
  EXPECT_EQ(text.rfind("step 'd.conv_1': convolution forward: oneDNN: could not create", 0), 0u) << text;
  step = convolution(kShapes[0], Kind::backward_data);
  step.bias = {buffer({2})};
  EXPECT_EQ(
      refusal<std::runtime_error>(step).rfind("step 'd.conv_1': convolution backward_data: oneDNN: ", 0), 0u);
  MatrixProduct product;
  product.a = buffer({2, 3}), product.b = buffer({4, 5}), product.c = buffer({2, 5});
  EXPECT_EQ(refusal<std::runtime_error>(product).rfind("step 'd.conv_1': matrix product: oneDNN: ", 0), 0u);
}

TEST(OneDnnErrors, ContradictionsAreBugs) {
  Convolution step = convolution(kShapes[0], Kind::forward);
  step.x.dtype = DType::u8;
  EXPECT_EQ(refusal<std::logic_error>(step), "step 'd.conv_1': x is to be f32 or bf16 of rank 4");
  step = convolution(kShapes[0], Kind::forward);
  step.pads.pop_back();
  EXPECT_EQ(refusal<std::logic_error>(step),
            "step 'd.conv_1': a convolution has 2 strides, 4 pads and 2 dilations");
  step = convolution(kShapes[0], Kind::forward);
  step.groups = 2;
  EXPECT_EQ(refusal<std::logic_error>(step), "step 'd.conv_1': its groups do not divide its channels");
  MatrixProduct product;
  product.a = buffer({2, 3}), product.b = buffer({3}), product.c = buffer({2, 5});
  EXPECT_EQ(refusal<std::logic_error>(product), "step 'd.conv_1': b is to be f32 or bf16 of rank 2");
}

}  // namespace
}  // namespace sganc
