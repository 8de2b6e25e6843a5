// What the verifier says of modules that are wrong.

#include <gtest/gtest.h>

#include "compiler/graph/builder.h"

namespace sganc {
namespace {

using Sentences = std::vector<std::string>;

/// %0 = input x, %1 = variable w, %2 = add(%0, %1), all f32[2]; the results loss = %2 and w = %2.
Module good_module() {
  Module module;
  module.name = "m";
  module.variables = {{.name = "w", .type = {DType::f32, {2}}}};
  module.functions = {{"f", {}, {}}};
  Builder b(module.functions[0]);
  const Value x = b.input("x", {DType::f32, {2}});
  const Value w = b.variable("w", {DType::f32, {2}});
  const Value sum = b.add(x, w);
  b.result("loss", sum);
  b.result("w", sum);
  return module;
}

TEST(GraphVerify, GoodModule) {
  EXPECT_EQ(verify(good_module()), Sentences{});
}

TEST(GraphVerify, Operands) {
  Module module = good_module();
  Node& add = module.functions[0].nodes[2];
  add.operands = {{2}, {0}};
  EXPECT_EQ(verify(module), (Sentences{"%2 (add) of function f reads %2, which is not defined before it"}));
  add.operands = {{7}, {-1}};
  EXPECT_EQ(verify(module), (Sentences{"%2 (add) of function f reads %7, which does not exist",
                                       "%2 (add) of function f reads %-1, which does not exist"}));
  add.operands = {{0}};
  EXPECT_EQ(verify(module),
            (Sentences{"%2 (add) of function f is not well-formed: add takes 2 operands, not 1"}));
}

TEST(GraphVerify, Types) {
  Module module = good_module();
  Function& f = module.functions[0];
  f.nodes[2].type = {DType::f32, {3}};
  f.results.pop_back();
  EXPECT_EQ(verify(module),
            (Sentences{"%2 (add) of function f has type f32[3], but its operands make it f32[2]"}));
  f.nodes[0].type = {DType::f32, {3}};
  EXPECT_EQ(verify(module),
            (Sentences{"%2 (add) of function f is not well-formed: add: shapes differ: f32[3] and f32[2]"}));
}

TEST(GraphVerify, Attributes) {
  Module module = good_module();
  Function& f = module.functions[0];
  f.nodes[2].attributes.axes = {0};
  EXPECT_EQ(verify(module),
            (Sentences{"%2 (add) of function f has attributes that the operation does not read"}));
  f.nodes[2].attributes.axes = {};
  f.nodes.push_back({Op::iota, {}, {.axes = {0, 1}}, {DType::f32, {2, 2}}, {}});
  f.nodes.push_back({Op::constant, {}, {}, {DType::f32, {kUnknownExtent}}, {}});
  EXPECT_EQ(verify(module),
            (Sentences{"%3 (iota) of function f is not well-formed: iota takes one axis, not 2",
                       "%4 (constant) of function f is not well-formed: all extents of [?] must be known"}));
}

TEST(GraphVerify, ConvolutionGeometry) {
  Module module = good_module();
  Builder b(module.functions[0]);
  const Value x = b.input("images", {DType::f32, {1, 4, 4, 1}}),
              w = b.input("kernel", {DType::f32, {1, 1, 2, 2}});
  const Value y = b.conv(x, w, {.strides = {1, 1}, .pads = {0, 0, 0, 0}});
  EXPECT_EQ(verify(module), Sentences{});
  module.functions[0].node(y).attributes.strides = {1, 0};
  EXPECT_EQ(verify(module),
            (Sentences{"%5 (conv) of function f is not well-formed: strides must be positive, not [1, 0]"}));
  module.functions[0].node(y).attributes.strides = {1, 1};
  module.functions[0].node(y).attributes.pads = {-1, 0, 0, 0};
  EXPECT_EQ(verify(module),
            (Sentences{"%5 (conv) of function f is not well-formed: pads must not be negative"}));
  Attributes& a = module.functions[0].node(y).attributes;
  a.pads = {0, 0, 0, 0};
  a.dilations = {1, 0};
  EXPECT_EQ(
      verify(module),
      (Sentences{"%5 (conv) of function f is not well-formed: dilations must be positive, not [1, 0]"}));
  a.dilations = {1, 4};
  EXPECT_EQ(verify(module), (Sentences{"%5 (conv) of function f is not well-formed: a kernel of 5 is larger "
                                       "than the padded image [1, 4, 4, 1]"}));
  a.dilations = {1, 1};
  a.groups = 0;
  EXPECT_EQ(verify(module),
            (Sentences{"%5 (conv) of function f is not well-formed: groups must be positive, not 0"}));
  a.groups = 2;
  EXPECT_EQ(verify(module),
            (Sentences{"%5 (conv) of function f is not well-formed: the convolution's weights [1, 1, 2, 2] "
                       "expect 2 channels, [1, 4, 4, 1] has 1"}));
  module.functions[0].node(x).type.shape[3] = 2;
  EXPECT_EQ(verify(module),
            (Sentences{"%5 (conv) of function f is not well-formed: the convolution's weights [1, 1, 2, 2] "
                       "cannot be divided into 2 groups"}));
}

TEST(GraphVerify, Variables) {
  Module module = good_module();
  module.variables[0].type = {DType::f32, {3}};
  module.functions[0].results.pop_back();
  EXPECT_EQ(verify(module),
            (Sentences{"%1 (variable) of function f has type f32[2], but the variable w has f32[3]"}));
  module.variables[0].name = "v";
  EXPECT_EQ(verify(module),
            (Sentences{"%1 (variable) of function f reads the variable w, which does not exist"}));
  module.variables = {{.name = "w", .type = {DType::f32, {2}}},
                      {.name = "w", .type = {DType::f32, {2}}},
                      {.name = "u", .type = {DType::f32, {2, 0}}}};
  EXPECT_EQ(verify(module),
            (Sentences{"the variable w is declared twice",
                       "the variable u is not well-formed: all extents of [2, 0] must be positive"}));
}

TEST(GraphVerify, Inputs) {
  Module module = good_module();
  Function& f = module.functions[0];
  f.nodes.push_back({Op::input, {}, {.name = "x"}, {DType::f32, {2}}, {}});
  EXPECT_EQ(verify(module), Sentences{});
  f.nodes.push_back({Op::input, {}, {.name = "x"}, {DType::i32, {2}}, {}});
  EXPECT_EQ(verify(module),
            (Sentences{"%4 (input) of function f has type i32[2], but the input x has f32[2] at %0"}));
}

TEST(GraphVerify, Results) {
  Module module = good_module();
  Function& f = module.functions[0];
  f.results = {{"loss", {2}}, {"loss", {1}}, {"accuracy", {3}}};
  EXPECT_EQ(verify(module), (Sentences{"the result loss of function f is given twice",
                                       "the result accuracy of function f is %3, which does not exist"}));
  f.nodes.push_back({Op::constant, {}, {}, {DType::f32, {}}, {}});
  f.results = {{"w", {3}}};
  EXPECT_EQ(verify(module),
            (Sentences{"the result w of function f is %3 of type f32[], but the variable has f32[2]"}));
}

TEST(GraphVerify, FunctionsOfOneName) {
  Module module = good_module();
  module.functions.push_back(module.functions[0]);
  EXPECT_EQ(verify(module), (Sentences{"the function f is declared twice"}));
}

}  // namespace
}  // namespace sganc
