#pragma once
// Shared by the files of families: functions for their type rules, gradients, samples and examples.

#include <algorithm>

#include "compiler/primitives/primitive.h"

namespace sganc {

using Numbers = PrimitiveSample::Numbers;
using Samples = std::vector<PrimitiveSample>;
using Examples = std::vector<PrimitiveExample>;

/// Throws ShapeError if `holds` is false.
inline void require(bool holds, const std::string& message) {
  if (!holds) throw ShapeError(message);
}

/// f32[2] and f32[3]
inline std::string both(std::span<const Type> types) {
  std::string text;
  for (const auto& t : types) text += (text.empty() ? "" : " and ") + to_string(t);
  return text;
}

inline void require_axes(const std::vector<int>& axes, std::size_t rank, std::string_view op) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    require(axes[i] >= 0 && static_cast<std::size_t>(axes[i]) < rank,
            std::string(op) + ": axis " + std::to_string(axes[i]) + " of a value of rank " +
                std::to_string(rank));
    require(i == 0 || axes[i] > axes[i - 1], std::string(op) + ": axes must ascend");
  }
}

/// All axes of a value of this rank, except these.
inline std::vector<int> axes_without(const std::vector<int>& axes, std::size_t rank) {
  std::vector<int> rest;
  for (int i = 0; i < static_cast<int>(rank); ++i)
    if (std::ranges::find(axes, i) == axes.end()) rest.push_back(i);
  return rest;
}

/// The type rule of pointwise primitives: f32 operands of one shape. If `counts`, they may also all be i32.
inline Type pointwise_type(const Untyped& n, bool counts) {
  const std::string name(n.op);
  for (const auto& t : n.in) require(t.shape == n.in[0].shape, name + ": shapes differ: " + both(n.in));
  if (counts && std::ranges::all_of(n.in, [](const Type& t) { return t.dtype == DType::i32; }))
    return n.in[0];
  for (const auto& t : n.in)
    require(t.dtype == DType::f32,
            name + ": operands must be " + (counts ? "all f32 or all i32" : "f32") + ", not " + both(n.in));
  return n.in[0];
}
inline Type numbers_of_one_shape(const Untyped& n) {
  return pointwise_type(n, false);
}

/// Throws ShapeError unless all operands of a product are f32.
inline void require_numbers(std::span<const Type> in) {
  for (const auto& t : in) require(t.dtype == DType::f32, "a product needs f32 operands, not " + both(in));
}

inline Value operand(Builder& b, Value n, std::size_t i) {
  return b.function().node(n).operands[i];
}
inline Attributes attributes(Builder& b, Value n) {
  return b.function().node(n).attributes;
}
inline Value passed(Builder&, Value, Value dy) {
  return dy;
}
inline Value negated(Builder& b, Value, Value dy) {
  return b.negate(dy);
}

inline PrimitiveSample::Operand f32(Shape shape, Numbers numbers = Numbers::any) {
  return {{DType::f32, std::move(shape)}, numbers};
}
inline PrimitiveSample::Operand whole(Shape shape, DType dtype = DType::i32) {
  return {{dtype, std::move(shape)}, Numbers::small};
}

/// Samples of a pointwise primitive, with shapes that fill vectors and odd shapes.
template <class... Kinds>
Samples pointwise_samples(Kinds... operands) {
  Samples samples;
  for (const Shape& shape : {Shape{}, {1}, {5}, {64}, {3, 33}, {2, 5, 4, 7}, {1, 1}, {40, 1000}}) {
    PrimitiveSample& sample = samples.emplace_back();
    (sample.operands.push_back(f32(shape, operands)), ...);
  }
  return samples;
}
inline Samples of_any() {
  return pointwise_samples(Numbers::any);
}
inline Samples of_any_two() {
  return pointwise_samples(Numbers::any, Numbers::any);
}

inline Tensor tensor(Shape shape, std::vector<double> data, DType dtype = DType::f32) {
  return {{dtype, std::move(shape)}, std::move(data)};
}
/// A vector of these numbers.
template <class... Values>
Tensor vector(Values... numbers) {
  return tensor({sizeof...(numbers)}, {static_cast<double>(numbers)...});
}
/// An example without attributes: the result and its operands.
template <class... Tensors>
Examples example(Tensor result, Tensors... operands) {
  return {{{std::move(operands)...}, {}, std::move(result)}};
}

}  // namespace sganc
