#pragma once
// Shared by the files of rows: how ONNX says a primitive. primitives.cpp lists the files.

#include <algorithm>
#include <span>

#include "compiler/export/onnx/values.h"

namespace sganc {

struct OnnxRow {
  Op op;
  /// Adds what computes the node to the graph. Throws UserError at its origin if ONNX cannot say it.
  Held (*write)(OnnxValues&, Value n);
};

using OnnxRows = std::span<const OnnxRow>;

inline const Attributes& attributes(const OnnxValues& c, Value n) {
  return c.node(n).attributes;
}
inline Value operand(const OnnxValues& c, Value n, std::size_t i) {
  return c.operands(n)[i];
}

/// The place of an axis in an order.
inline std::int64_t place(const Order& order, int axis) {
  return std::ranges::find(order, axis) - order.begin();
}

/// One number as a tensor.
inline std::string whole_number(OnnxValues& c, std::int64_t number) {
  return c.graph.tensor("", filled({DType::i32, {}}, static_cast<double>(number)));
}
inline std::string real_number(OnnxValues& c, double number) {
  return c.graph.tensor("", filled({DType::f32, {}}, number));
}
inline std::string converted(OnnxValues& c, const std::string& name, onnx::TensorProto::DataType type) {
  return c.graph.add("Cast", {name}, {{"to", std::int64_t{type}}});
}

}  // namespace sganc
