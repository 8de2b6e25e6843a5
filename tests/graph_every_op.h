#pragma once
// A module in which every primitive stands at least once, for tests that look at all of them.

#include <numbers>

#include "compiler/graph/builder.h"

namespace sganc {

inline Function every_pointwise_op() {
  Function function{"pointwise", {}, {}};
  Builder b(function);
  b.set_origin({"head.act 1", {}});
  const Type type{DType::f32, {2, 3}};
  const Value x = b.input("x", type), y = b.input("y", type), z = b.iota(1, type.shape);
  for (const auto& op : all_ops()) {
    if (op.kind != OpClass::pointwise || op.op == Op::convert) continue;
    const std::vector<Value> operands = {x, y, z};
    b.add_node(op.op, {operands.begin(), operands.begin() + op.operands});
  }
  b.result("last", b.convert(b.convert(x, DType::u8), DType::i32));
  return function;
}

inline Function every_other_op() {
  Function function{"structure and \"products\"", {}, {}};
  Builder b(function);
  const Value key = b.input("random.key", {DType::i32, {4}});
  const Value images = b.input("data.image", {DType::u8, {kUnknownExtent, 5, 4, 2}});
  const Value index = b.input("x.index", {DType::i32, {3}});
  b.set_origin({"trunk.conv_1", {}});
  const Value x = b.add(b.convert(b.gather(images, index), DType::f32), b.random(key, 12, {3, 5, 4, 2}));
  const Value w = b.variable("trunk.conv_1.weight", {DType::f32, {4, 2, 3, 3}});
  const Attributes geometry = same_convolution({3, 5, 4, 2}, {3, 3}, {2, 2});
  const Value y = b.conv(x, w, geometry);
  const Value dx = b.conv_backward_data(y, w, geometry, {3, 5, 4, 2});
  const Value dw = b.conv_backward_weights(x, y, geometry, {4, 2, 3, 3});
  b.set_origin({" odd \"part\"\n", {}});
  const Value flat =
      b.view(b.slice(b.pad(dx, {0, 1, 0, 0}, {0, 0, 2, 0}), {0, 2, 1, 0}, {3, 4, 5, 1}), {3, 20});
  const Value parts = b.gather(b.view(flat, {3, 4, 5}), b.convert(b.iota(1, {3, 6}), DType::i32), 1);
  b.result("table", b.add_node(Op::scatter_add, {parts, b.convert(b.iota(1, {3, 6}), DType::i32)},
                               {.shape = {3, 4, 5}, .axes = {0}}));
  b.set_origin({});
  const Value square = b.matmul(flat, flat, false, true);
  const Value product = b.matmul(square, b.transpose(square, {1, 0}), true, false);
  const Value scores = b.subtract(product, b.broadcast(b.reduce_max(product, {1}), {3, 3}, {0}));
  b.result("loss", b.multiply(b.reduce_sum(scores, {0, 1}), 1.0 / 3));
  b.result("trunk.conv_1.weight", b.add(w, b.multiply(dw, -2e-7)));
  return function;
}

inline Module every_op() {
  Module module;
  module.name = "2 words";
  module.variables = {{.name = "trunk.conv_1.weight",
                       .type = {DType::f32, {4, 2, 3, 3}},
                       .net = "trunk",
                       .initializer = {Initializer::Kind::uniform, 0.1},
                       .origin = {"trunk.conv_1", {}}},
                      {.name = "adam.m",
                       .type = {DType::f32, {4}},
                       .role = Role::state,
                       .initializer = {Initializer::Kind::normal, std::numbers::pi}},
                      {.name = "adam step",
                       .type = {DType::i32, {}},
                       .role = Role::state,
                       .net = "a net",
                       .initializer = {Initializer::Kind::constant, 1e-300}}};
  module.functions = {every_pointwise_op(), every_other_op()};
  return module;
}

}  // namespace sganc
