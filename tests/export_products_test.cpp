// What a C library needs of a module: matrix products as convolutions, and a kernel for every product.

#include <gtest/gtest.h>

#include "compiler/export/c/products.h"
#include "compiler/graph/builder.h"
#include "compiler/reference/interpreter.h"

namespace sganc {
namespace {

/// A function that multiplies a of 3 x 4 by b of 4 x 5, each stored as the flags say.
Module product(bool transpose_a, bool transpose_b) {
  Module module{.name = "m"};
  Function function{.name = "f"};
  Builder b(function);
  const Value x = b.input("a", {DType::f32, transpose_a ? Shape{4, 3} : Shape{3, 4}});
  const Value w = b.input("b", {DType::f32, transpose_b ? Shape{5, 4} : Shape{4, 5}});
  b.result("y", b.matmul(x, w, transpose_a, transpose_b));
  module.functions.push_back(std::move(function));
  return module;
}

Tensor numbers(const Shape& shape) {
  Tensor tensor{{DType::f32, shape}, {}};
  for (std::int64_t i = 0; i < shape[0] * shape[1]; ++i)
    tensor.data.push_back(0.5 * static_cast<double>(i * i % 7) - 1);
  return tensor;
}

TEST(ExportProducts, AMatrixProductIsAConvolution) {
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true}) {
      const Module module = product(transpose_a, transpose_b);
      const Function& before = module.functions[0];
      const Function after = with_products_as_convolutions(before);
      for (const auto& node : after.nodes) EXPECT_NE(node.op, Op::matmul);
      const Tensors inputs = {{"a", numbers(before.nodes[0].type.shape)},
                              {"b", numbers(before.nodes[1].type.shape)}};
      Tensors variables;
      const auto y = evaluate(module, before, inputs, variables),
                 z = evaluate(module, after, inputs, variables);
      EXPECT_EQ(y.at("y").data, z.at("y").data);
      EXPECT_EQ(y.at("y").type, z.at("y").type);
    }
}

TEST(ExportProducts, NoStepIsLeftToOneDnn) {
  const PlannedModule planned =
      plan_with_kernels(product(false, true), {}, {.instructions = {"pni", "ssse3", "sse4_1"}}).planned;
  ASSERT_EQ(planned.functions[0].plan.groups.size(), 1u);
  EXPECT_TRUE(is_kernel(planned.functions[0].plan.groups[0]));
}

/// Groups and dilations are plain sums too, but not the outputs of a stride with a dilation.
TEST(ExportProducts, ConvolutionsOfAllKinds) {
  const auto planned = [](Op op, std::int64_t stride) {
    Module module{.name = "m"};
    Function function{.name = "f"};
    Builder b(function);
    const Attributes attributes{
        .strides = {stride, stride}, .pads = {2, 2, 2, 2}, .dilations = {2, 2}, .groups = 4};
    const Value x = b.input("x", {DType::f32, {2, 8, 8, 8}}), w = b.input("w", {DType::f32, {8, 2, 3, 3}});
    const Shape image = {2, 8 * stride, 8 * stride, 8};
    b.result("y", op == Op::conv ? b.conv(x, w, attributes) : b.conv_backward_data(x, w, attributes, image));
    module.functions.push_back(std::move(function));
    return plan_with_kernels(std::move(module), {}, {.instructions = {"pni", "ssse3", "sse4_1"}}).planned;
  };
  for (const auto& [op, stride] : {std::pair(Op::conv, 1), {Op::conv, 2}, {Op::conv_backward_data, 1}})
    EXPECT_TRUE(is_kernel(planned(op, stride).functions[0].plan.groups[0])) << stride;
  EXPECT_THROW(planned(Op::conv_backward_data, 2), UserError);
}

}  // namespace
}  // namespace sganc
