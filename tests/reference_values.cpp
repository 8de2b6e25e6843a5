// Every primitive's reference against numbers computed by hand.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "compiler/graph/builder.h"
#include "compiler/reference/interpreter.h"

namespace sganc {
namespace {

Tensor f32(Shape shape, std::vector<double> data) {
  return {{DType::f32, std::move(shape)}, std::move(data)};
}
Tensor i32(Shape shape, std::vector<double> data) {
  return {{DType::i32, std::move(shape)}, std::move(data)};
}
Tensor u8(Shape shape, std::vector<double> data) {
  return {{DType::u8, std::move(shape)}, std::move(data)};
}

struct Case {
  Op op;
  std::vector<Tensor> operands;
  Attributes attributes;
  Tensor expected;  // whose type is also the declared one
};

const double inf = std::numeric_limits<double>::infinity();
const Tensor kMatrix = f32({2, 3}, {1, 2, 3, 4, 5, 6});
const Attributes kStep1{.strides = {1, 1}, .pads = {0, 0, 0, 0}};
const Attributes kStep2{.strides = {2, 2}, .pads = {0, 0, 1, 1}};

Attributes shaped(Attributes attributes, Shape shape) {
  attributes.shape = std::move(shape);
  return attributes;
}

// x 1x3x3x1 counts from 1; the kernel is {1, 2; 3, 4}. With stride 2 and one pad below and to the right the
// windows are {1, 2; 4, 5}, {3, 0; 6, 0}, {7, 8; 0, 0} and {9, 0; 0, 0}.
const Tensor kImage = f32({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
const Tensor kKernel = f32({1, 1, 2, 2}, {1, 2, 3, 4});

const std::vector<Case> kCases = {
    {Op::variable, {}, {.name = "v"}, f32({2}, {0.25, -3})},
    {Op::input, {}, {.name = "x"}, u8({3}, {0, 7, 255})},
    {Op::constant, {}, {.value = 0.1}, f32({1, 2}, {0.1, 0.1})},
    {Op::iota, {}, {.axes = {0}}, f32({2, 3}, {0, 0, 0, 1, 1, 1})},
    {Op::iota, {}, {.axes = {1}}, f32({2, 3}, {0, 1, 2, 0, 1, 2})},
    {Op::random, {i32({4}, {0, 0, 0, 0})}, {.stream = 0}, f32({}, {0x6627e8 * 0x1p-24})},
    {Op::random,
     {i32({4}, {-1, 2, 3, 0})},
     {.stream = 5},
     f32({3, 1}, {16324663 * 0x1p-24, 4216316 * 0x1p-24, 1810647 * 0x1p-24})},
    {Op::negate, {f32({2}, {1.5, -2})}, {}, f32({2}, {-1.5, 2})},
    {Op::exp, {f32({3}, {0, 1, -inf})}, {}, f32({3}, {1, std::numbers::e, 0})},
    {Op::log, {f32({3}, {1, std::numbers::e, 0})}, {}, f32({3}, {0, 1, -inf})},
    {Op::sqrt, {f32({2}, {9, 2})}, {}, f32({2}, {3, std::numbers::sqrt2})},
    {Op::tanh, {f32({3}, {0, 0.5 * std::numbers::ln2, -inf})}, {}, f32({3}, {0, 1.0 / 3, -1})},
    {Op::cos, {f32({3}, {0, std::numbers::pi, std::numbers::pi / 3})}, {}, f32({3}, {1, -1, 0.5})},
    {Op::stop_gradient, {f32({2}, {1, -2})}, {}, f32({2}, {1, -2})},
    {Op::convert,
     {f32({7}, {0.9, -0.9, 3.5, -3.5, 3e9, -3e9, NAN})},
     {.dtype = DType::i32},
     i32({7}, {0, 0, 3, -3, 2147483647, -2147483648.0, 0})},
    {Op::convert, {f32({1}, {2.99999999999})}, {.dtype = DType::i32}, i32({1}, {3})},
    {Op::convert, {f32({4}, {254.9, 256, -1, 1})}, {.dtype = DType::u8}, u8({4}, {254, 255, 0, 1})},
    {Op::convert, {i32({4}, {255, 256, 513, -1})}, {.dtype = DType::u8}, u8({4}, {255, 0, 1, 255})},
    {Op::convert, {i32({2}, {-7, 16777217})}, {.dtype = DType::f32}, f32({2}, {-7, 16777217})},
    {Op::convert, {u8({2}, {0, 255})}, {.dtype = DType::i32}, i32({2}, {0, 255})},
    {Op::convert, {u8({2}, {0, 255})}, {.dtype = DType::f32}, f32({2}, {0, 255})},
    {Op::add, {f32({2}, {1, 2}), f32({2}, {10, -20})}, {}, f32({2}, {11, -18})},
    {Op::subtract, {f32({2}, {1, 2}), f32({2}, {10, -20})}, {}, f32({2}, {-9, 22})},
    {Op::multiply, {f32({2}, {1, 2}), f32({2}, {10, -20})}, {}, f32({2}, {10, -40})},
    {Op::divide, {f32({2}, {1, 2}), f32({2}, {10, -20})}, {}, f32({2}, {0.1, -0.1})},
    {Op::maximum, {f32({2}, {1, 2}), f32({2}, {10, -20})}, {}, f32({2}, {10, 2})},
    {Op::minimum, {f32({2}, {1, 2}), f32({2}, {10, -20})}, {}, f32({2}, {1, -20})},
    {Op::greater, {f32({3}, {1, 2, 3}), f32({3}, {2, 2, 2})}, {}, f32({3}, {0, 0, 1})},
    {Op::equal, {f32({3}, {1, 2, 3}), f32({3}, {2, 2, 2})}, {}, f32({3}, {0, 1, 0})},
    {Op::select, {f32({3}, {0, 1, -0.5}), f32({3}, {1, 2, 3}), f32({3}, {4, 5, 6})}, {}, f32({3}, {4, 2, 3})},
    {Op::broadcast, {f32({2}, {7, 8})}, {.shape = {2, 3}, .axes = {0}}, f32({2, 3}, {7, 7, 7, 8, 8, 8})},
    {Op::broadcast, {f32({2}, {7, 8})}, {.shape = {3, 2}, .axes = {1}}, f32({3, 2}, {7, 8, 7, 8, 7, 8})},
    {Op::broadcast, {f32({}, {7})}, {.shape = {2}}, f32({2}, {7, 7})},
    {Op::reduce_sum, {kMatrix}, {.axes = {0}}, f32({3}, {5, 7, 9})},
    {Op::reduce_sum, {kMatrix}, {.axes = {1}}, f32({2}, {6, 15})},
    {Op::reduce_sum, {kMatrix}, {.axes = {0, 1}}, f32({}, {21})},
    {Op::reduce_max, {f32({2, 2}, {-3, -1, -4, -9})}, {.axes = {1}}, f32({2}, {-1, -4})},
    {Op::view, {kMatrix}, {.shape = {3, 1, 2}}, f32({3, 1, 2}, {1, 2, 3, 4, 5, 6})},
    {Op::transpose, {kMatrix}, {.axes = {1, 0}}, f32({3, 2}, {1, 4, 2, 5, 3, 6})},
    {Op::transpose,
     {f32({1, 2, 3}, {1, 2, 3, 4, 5, 6})},
     {.axes = {2, 0, 1}},
     f32({3, 1, 2}, {1, 4, 2, 5, 3, 6})},
    {Op::pad, {f32({1, 2}, {1, 2})}, {.low = {1, 0}, .high = {0, 2}}, f32({2, 4}, {0, 0, 0, 0, 1, 2, 0, 0})},
    {Op::slice, {kMatrix}, {.shape = {1, 2}, .low = {1, 1}}, f32({1, 2}, {5, 6})},
    {Op::gather, {kMatrix, i32({4}, {1, 0, -5, 9})}, {}, f32({4, 3}, {4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6})},
    {Op::gather,
     {f32({2, 2, 1}, {1, 2, 3, 4}), i32({2, 3}, {1, 0, 9, 0, -1, 1})},
     {.axes = {0}},
     f32({2, 3, 1}, {2, 1, 2, 3, 3, 4})},
    {Op::scatter_add,
     {f32({2, 3, 1}, {1, 2, 3, 4, 5, 6}), i32({2, 3}, {1, 0, 9, 0, -1, 1})},
     {.shape = {2, 2, 1}, .axes = {0}},
     f32({2, 2, 1}, {2, 4, 9, 6})},
    {Op::matmul, {kMatrix, f32({3, 2}, {1, 2, 3, 4, 5, 6})}, {}, f32({2, 2}, {22, 28, 49, 64})},
    {Op::matmul, {kMatrix, kMatrix}, {.transpose_b = true}, f32({2, 2}, {14, 32, 32, 77})},
    {Op::matmul, {kMatrix, f32({2, 1}, {1, 2})}, {.transpose_a = true}, f32({3, 1}, {9, 12, 15})},
    {Op::conv, {kImage, kKernel}, kStep1, f32({1, 2, 2, 1}, {37, 47, 67, 77})},
    {Op::conv, {kImage, kKernel}, kStep2, f32({1, 2, 2, 1}, {37, 21, 23, 9})},
    {Op::conv_backward_data,
     {f32({1, 2, 2, 1}, {1, 10, 100, 1000}), kKernel},
     shaped(kStep1, {1, 3, 3, 1}),
     f32({1, 3, 3, 1}, {1, 12, 20, 103, 1234, 2040, 300, 3400, 4000})},
    {Op::conv_backward_data,
     {f32({1, 2, 2, 1}, {1, 10, 100, 1000}), kKernel},
     shaped(kStep2, {1, 3, 3, 1}),
     f32({1, 3, 3, 1}, {1, 2, 10, 3, 4, 30, 100, 200, 1000})},
    {Op::conv_backward_weights,
     {kImage, f32({1, 2, 2, 1}, {1, 10, 100, 1000})},
     shaped(kStep1, {1, 1, 2, 2}),
     f32({1, 1, 2, 2}, {5421, 6532, 8754, 9865})},
    {Op::conv_backward_weights,
     {kImage, f32({1, 2, 2, 1}, {1, 10, 100, 1000})},
     shaped(kStep2, {1, 1, 2, 2}),
     f32({1, 1, 2, 2}, {9731, 802, 64, 5})},
};

Tensor evaluate_case(const Case& c) {
  Function function{"f", {}, {}};
  Builder b(function);
  Tensors inputs = {{"x", u8({3}, {0, 7, 255})}};
  std::vector<Value> operands;
  for (const auto& operand : c.operands) {
    const auto name = std::to_string(inputs.size());
    inputs[name] = operand;
    operands.push_back(b.input(name, operand.type));
  }
  b.result("y", b.add_node(c.op, operands, c.attributes, c.expected.type));
  Module module;
  module.variables = {{.name = "v", .type = {DType::f32, {2}}}};
  module.functions = {function};
  EXPECT_EQ(verify(module), std::vector<std::string>{});
  Tensors variables = {{"v", f32({2}, {0.25, -3})}};
  return evaluate(module, function, inputs, variables).at("y");
}

TEST(ReferenceValues, EveryOp) {
  for (const auto& op : all_ops()) {
    int cases = 0;
    for (const auto& c : kCases) {
      if (c.op != op.op) continue;
      SCOPED_TRACE(std::string(op.name) + ", case " + std::to_string(++cases));
      const Tensor y = evaluate_case(c);
      EXPECT_EQ(y.type, c.expected.type);
      ASSERT_EQ(y.data.size(), c.expected.data.size());
      for (std::size_t i = 0; i < y.data.size(); ++i)
        EXPECT_DOUBLE_EQ(y.data[i], c.expected.data[i]) << "element " << i;
    }
    EXPECT_GT(cases, 0) << op.name << " has no case";
  }
}

}  // namespace
}  // namespace sganc
