#pragma once
// The values of a function on their way to ONNX. An ONNX value may hold the axes in another order (images lie
// as NCHW there), and extent 1 where elements repeat along an axis, since ONNX repeats them by itself.

#include <optional>

#include "compiler/export/onnx/batched.h"
#include "compiler/export/onnx/graph.h"
#include "compiler/reference/interpreter.h"

namespace sganc {

/// The axis of the function's value at each axis of the ONNX value.
using Order = std::vector<int>;

Order plain_order(std::size_t rank);
/// The channels, which are last, before the pixels: {0, 3, 1, 2}.
Order channels_first(std::size_t rank);

/// How ONNX holds a value.
struct Held {
  std::string name;  // of the ONNX value
  Order order;
  std::vector<bool> repeated;  // for each axis of the function's value: held with extent 1 in its place
  bool flags = false;          // booleans in place of 1 and 0
  /// The numbers, if they depend on weights alone: with all axes, those that are repeated with extent 1. They
  /// have no name until a node reads them.
  std::optional<Tensor> known = {};
  std::string label = {};  // of a known value: the variable that it is
};

class OnnxValues {
 public:
  OnnxValues(const Batched& batched, const Tensors& variables, onnx::GraphProto& graph);

  OnnxGraph graph;

  const Node& node(Value v) const { return batched_.node(v); }
  const std::vector<Value>& operands(Value v) const { return node(v).operands; }
  Extents extents(Value v) const { return batched_.extents(v); }
  std::optional<double> times_batch(Value constant) const { return batched_.times_batch(constant); }
  std::size_t rank(Value v) const { return node(v).type.shape.size(); }
  bool is_read_once(Value v) const { return reads_[static_cast<std::size_t>(v.id)] == 1; }

  /// The tensor of a variable.
  const Tensor& variable(const std::string& name) const;

  bool has(Value v) const { return held_.contains(v); }
  const Held& held(Value v) const { return held_.at(v); }
  void hold(Value v, Held held);
  /// Names a known value that has no name yet.
  void label(Value v, const std::string& name);

  /// The name of the value as numbers in this order. Repeated axes have extent 1, and leading ones may be
  /// missing if the value is known.
  std::string name_of(Value v, const Order& order);
  /// The same as booleans.
  std::string flags_of(Value v, const Order& order);
  /// The same with all its extents.
  std::string whole(Value v, const Order& order);
  std::string whole(Value v) { return whole(v, plain_order(rank(v))); }
  /// The numbers of a vector along the last axis that is the same everywhere else, or nothing.
  std::optional<std::string> vector_of(Value v);

  /// The first dimension of the graph's first input: one whole number in a vector.
  std::string batch();
  /// A vector of whole numbers: these extents.
  std::string shape_of(const Extents& extents);

  /// The ONNX type of the value in this order.
  onnx::TypeProto type_of(Value v, const Order& order, const std::vector<bool>& repeated = {}) const;

 private:
  std::string known_name(Value v, const Order& order, bool complete);
  std::string in_order(const std::string& name, const Order& before, const Order& after);

  const Batched& batched_;
  const Tensors& variables_;
  std::vector<int> reads_;
  std::map<Value, Held> held_;
  std::map<std::pair<std::string, Order>, std::string> ordered_, known_names_;
  std::map<std::pair<std::string, std::string>, std::string> expanded_;
  std::map<std::string, std::string> cast_;
};

}  // namespace sganc
