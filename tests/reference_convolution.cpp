// The reference's convolutions against a formula that reads from a padded image, and as adjoints of each
// other. All numbers are whole, so that results compare exactly.

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "compiler/graph/builder.h"
#include "compiler/reference/interpreter.h"

namespace sganc {
namespace {

struct Geometry {
  Shape x, w;
  Attributes attributes;
};

const std::vector<Geometry> kGeometries = {
    {{2, 5, 4, 3}, {4, 3, 3, 2}, {.strides = {2, 1}, .pads = {1, 0, 2, 1}}},
    {{1, 7, 9, 2}, {3, 2, 1, 1}, {.strides = {3, 2}, .pads = {0, 0, 0, 0}}},
    {{3, 2, 3, 1}, {2, 1, 5, 4}, {.strides = {1, 1}, .pads = {3, 2, 2, 0}}},
    {{1, 9, 7, 2}, {1, 2, 7, 7}, same_convolution({1, 9, 7, 2}, {7, 7}, {1, 1})},
    {{2, 7, 7, 3}, {5, 3, 3, 3}, same_convolution({2, 7, 7, 3}, {3, 3}, {2, 2})},
    {{1, 14, 6, 2}, {2, 2, 4, 4}, same_convolution({1, 14, 6, 2}, {4, 4}, {2, 2})},
    {{1, 8, 8, 1}, {2, 1, 2, 3}, {.strides = {5, 4}, .pads = {0, 1, 0, 0}}},  // rows that no window reads
    {{2, 7, 8, 3}, {2, 3, 3, 2}, {.strides = {2, 1}, .pads = {1, 0, 2, 1}, .dilations = {2, 3}}},
    {{2, 5, 4, 6}, {4, 3, 3, 2}, {.strides = {2, 1}, .pads = {1, 0, 2, 1}, .groups = 2}},
    {{1, 6, 5, 3}, {6, 1, 2, 2}, {.strides = {1, 1}, .pads = {0, 0, 0, 0}, .dilations = {1, 2}, .groups = 3}},
};

Tensor whole_numbers(const Shape& shape, unsigned seed) {
  std::mt19937 generator(seed);
  Tensor result = filled({DType::f32, shape});
  for (double& x : result.data) x = static_cast<double>(generator() % 19) - 9;
  return result;
}

/// Computes y = conv(x, w): copies the image into a padded one and multiplies its windows by the weights.
Tensor direct_convolution(const Tensor& x, const Tensor& w, const Attributes& a) {
  const auto top = a.pads[0], left = a.pads[1];
  const Shape padded = {x.shape()[0], x.shape()[1] + top + a.pads[2], x.shape()[2] + left + a.pads[3],
                        x.shape()[3]};
  Tensor image = filled({DType::f32, padded});
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    const Shape at = index_of(x.shape(), i);
    image.data[offset_of(padded, {at[0], at[1] + top, at[2] + left, at[3]})] = x.data[i];
  }
  const Shape& kernel = w.shape();
  Tensor y = filled({DType::f32,
                     {padded[0], (padded[1] - (kernel[2] - 1) * a.dilations[0] - 1) / a.strides[0] + 1,
                      (padded[2] - (kernel[3] - 1) * a.dilations[1] - 1) / a.strides[1] + 1, kernel[0]}});
  for (std::size_t i = 0; i < y.data.size(); ++i) {
    const Shape at = index_of(y.shape(), i);
    for (std::int64_t c = 0; c < kernel[1]; ++c)
      for (std::int64_t ky = 0; ky < kernel[2]; ++ky)
        for (std::int64_t kx = 0; kx < kernel[3]; ++kx)
          y.data[i] += w.data[offset_of(kernel, {at[3], c, ky, kx})] *
                       image.data[offset_of(padded, {at[0], at[1] * a.strides[0] + ky * a.dilations[0],
                                                     at[2] * a.strides[1] + kx * a.dilations[1],
                                                     at[3] / (kernel[0] / a.groups) * kernel[1] + c})];
  }
  return y;
}

/// Evaluates one primitive of two operands.
Tensor apply(Op op, const Tensor& a, const Tensor& b, Attributes attributes, const Shape& shape = {}) {
  attributes.shape = shape;
  Function function{"f", {}, {}};
  Builder builder(function);
  builder.add_node(op, {builder.input("a", a.type), builder.input("b", b.type)}, attributes);
  return evaluate_nodes(function, {{"a", a}, {"b", b}}, {}).back();
}

double inner_product(const Tensor& a, const Tensor& b) {
  EXPECT_EQ(a.type, b.type);
  return std::inner_product(a.data.begin(), a.data.end(), b.data.begin(), 0.0);
}

TEST(ReferenceConvolution, IsTheDirectFormula) {
  for (std::size_t i = 0; i < kGeometries.size(); ++i) {
    SCOPED_TRACE(i);
    const auto& [xs, ws, attributes] = kGeometries[i];
    const Tensor x = whole_numbers(xs, 1), w = whole_numbers(ws, 2);
    EXPECT_EQ(apply(Op::conv, x, w, attributes), direct_convolution(x, w, attributes));
  }
}

TEST(ReferenceConvolution, AdjointsAreAdjoint) {
  for (std::size_t i = 0; i < kGeometries.size(); ++i) {
    SCOPED_TRACE(i);
    const auto& [xs, ws, attributes] = kGeometries[i];
    const Tensor x = whole_numbers(xs, 3), w = whole_numbers(ws, 4);
    const Tensor forward = apply(Op::conv, x, w, attributes);
    const Tensor y = whole_numbers(forward.shape(), 5);
    const double product = inner_product(forward, y);
    EXPECT_NE(product, 0);
    EXPECT_EQ(inner_product(x, apply(Op::conv_backward_data, y, w, attributes, xs)), product);
    EXPECT_EQ(inner_product(w, apply(Op::conv_backward_weights, x, y, attributes, ws)), product);
  }
}

}  // namespace
}  // namespace sganc
