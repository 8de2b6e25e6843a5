#pragma once
// The interpreter's values. All elements are doubles, row-major, for every element type.

#include <vector>

#include "compiler/graph/type.h"

namespace sganc {

/// i32 and u8 elements are whole numbers in their range; f32 elements are not rounded.
struct Tensor {
  Type type;
  std::vector<double> data;

  const Shape& shape() const { return type.shape; }
  bool operator==(const Tensor&) const = default;
};

/// A tensor whose elements are all `value`.
inline Tensor filled(const Type& type, double value = 0) {
  return {type, std::vector<double>(static_cast<std::size_t>(type.elements()), value)};
}

/// The offset of the element at `index` in a row-major tensor of this shape.
inline std::size_t offset_of(const Shape& shape, const Shape& index) {
  std::int64_t offset = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) offset = offset * shape[axis] + index[axis];
  return static_cast<std::size_t>(offset);
}

/// The index of the element that lies at `offset`.
inline Shape index_of(const Shape& shape, std::size_t offset) {
  Shape index(shape.size());
  auto rest = static_cast<std::int64_t>(offset);
  for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) index[axis] = rest % shape[axis];
  return index;
}

}  // namespace sganc
