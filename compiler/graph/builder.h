#pragma once
// Builds a function node by node. Every method adds one primitive, or a few, and returns the value.

#include <functional>
#include <initializer_list>

#include "compiler/graph/module.h"

namespace sganc {

class Builder {
 public:
  explicit Builder(Function& function) : function_(&function) {}

  /// Sets the origin of the nodes that are added from now on.
  void set_origin(Origin origin) { origin_ = std::move(origin); }
  const Origin& origin() const { return origin_; }  // changes with set_origin
  Function& function() { return *function_; }

  /// The references point into the function's nodes, so that adding a node makes them invalid. The function
  /// must outlive the builder.
  const Type& type(Value v) const { return function_->node(v).type; }
  const Shape& shape(Value v) const { return type(v).shape; }

  /// Adds any primitive. `declared` is used only for leaves. Throws ShapeError if shapes or element types do
  /// not fit, as all methods below do.
  Value add_node(Op op, std::vector<Value> operands, Attributes attributes = {}, Type declared = {});

  // leaves; `variable` and `input` return the existing node if the function has one of that name
  Value variable(const std::string& name, const Type& type);
  Value input(const std::string& name, const Type& type);
  Value constant(double value, const Shape& shape, DType dtype = DType::f32);
  Value iota(int axis, const Shape& shape);
  Value random(Value key, std::int64_t stream, const Shape& shape);

  // pointwise
  Value negate(Value x) { return add_node(Op::negate, {x}); }
  Value exp(Value x) { return add_node(Op::exp, {x}); }
  Value log(Value x) { return add_node(Op::log, {x}); }
  Value sqrt(Value x) { return add_node(Op::sqrt, {x}); }
  Value tanh(Value x) { return add_node(Op::tanh, {x}); }
  Value cos(Value x) { return add_node(Op::cos, {x}); }
  Value stop_gradient(Value x) { return add_node(Op::stop_gradient, {x}); }
  Value convert(Value x, DType dtype);
  Value add(Value a, Value b) { return add_node(Op::add, {a, b}); }
  Value subtract(Value a, Value b) { return add_node(Op::subtract, {a, b}); }
  Value multiply(Value a, Value b) { return add_node(Op::multiply, {a, b}); }
  Value divide(Value a, Value b) { return add_node(Op::divide, {a, b}); }
  Value maximum(Value a, Value b) { return add_node(Op::maximum, {a, b}); }
  Value minimum(Value a, Value b) { return add_node(Op::minimum, {a, b}); }
  Value greater(Value a, Value b) { return add_node(Op::greater, {a, b}); }
  Value equal(Value a, Value b) { return add_node(Op::equal, {a, b}); }
  Value select(Value c, Value a, Value b) { return add_node(Op::select, {c, a, b}); }
  // pointwise with a number on one side
  Value add(Value a, double b) { return add(a, like(a, b)); }
  Value subtract(double a, Value b) { return subtract(like(b, a), b); }
  Value multiply(Value a, double b) { return multiply(a, like(a, b)); }
  Value divide(Value a, double b) { return divide(a, like(a, b)); }
  Value divide(double a, Value b) { return divide(like(b, a), b); }
  Value maximum(Value a, double b) { return maximum(a, like(a, b)); }
  Value minimum(Value a, double b) { return minimum(a, like(a, b)); }
  Value greater(Value a, double b) { return greater(a, like(a, b)); }
  Value like(Value v, double value) { return constant(value, shape(v), type(v).dtype); }

  // structure
  Value broadcast(Value x, const Shape& shape, std::vector<int> axes);
  /// x repeated along new leading axes. Its shape must be the end of `shape`.
  Value broadcast_leading(Value x, const Shape& shape);
  Value reduce_sum(Value x, std::vector<int> axes);
  Value reduce_max(Value x, std::vector<int> axes);
  Value view(Value x, const Shape& shape);
  Value transpose(Value x, std::vector<int> axes);
  Value pad(Value x, const Shape& low, const Shape& high);
  Value slice(Value x, const Shape& low, const Shape& shape);
  /// `shared` is the number of leading axes that the table and the indices share.
  Value gather(Value table, Value index, int shared = 0);

  // products
  Value matmul(Value a, Value b, bool transpose_a = false, bool transpose_b = false);
  Value conv(Value x, Value w, const Attributes& geometry) { return add_node(Op::conv, {x, w}, geometry); }
  Value conv_backward_data(Value y, Value w, Attributes geometry, const Shape& x);
  Value conv_backward_weights(Value x, Value y, Attributes geometry, const Shape& w);

  // messages
  Value all_reduce(Value x) { return add_node(Op::all_reduce, {x}); }

  // of several primitives
  Value mean(Value x);                        // over all elements: a scalar
  Value batch_mean(Value x);                  // over the first axis
  Value sum_all(Value x);                     // a scalar
  Value keep_and_reduce(Op reduce, Value x);  // over the last axis, repeated back to x's shape
  /// x minus its maximum over the last axis, so that exp does not overflow. No gradient flows through the
  /// maximum.
  Value shifted(Value x) { return subtract(x, stop_gradient(keep_and_reduce(Op::reduce_max, x))); }
  /// The index of the first largest element along the last axis, as f32. The axis is removed.
  Value argmax(Value x);
  /// Joins values of one shape along a new first axis.
  Value stack(const std::vector<Value>& parts);
  Value absolute(Value x) { return maximum(x, negate(x)); }
  /// log(1 + exp(x)), computed without overflow.
  Value softplus(Value x);
  /// 1 / (1 + exp(-x)). Neither the value nor the gradient overflows.
  Value sigmoid(Value x);
  /// Standard normal numbers (Box, Muller 1958). Uses this stream and the next.
  Value random_normal(Value key, std::int64_t stream, const Shape& shape);

  void result(const std::string& name, Value value) { function_->results.push_back({name, value}); }

 private:
  Function* function_;
  Origin origin_;
};

}  // namespace sganc
