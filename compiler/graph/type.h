#pragma once
// Types of values: an element type and a shape. Values are row-major; activations are NHWC.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "runtime/program.h"  // DType

namespace sganc {

using Shape = std::vector<std::int64_t>;

/// An extent that is known only when an input is bound: the number of examples of a data set.
inline constexpr std::int64_t kUnknownExtent = -1;

struct Type {
  DType dtype = DType::f32;
  Shape shape;

  bool operator==(const Type&) const = default;
  /// The number of elements; the largest std::int64_t if there are more.
  std::int64_t elements() const {
    std::int64_t n = 1;
    for (auto extent : shape)
      if (__builtin_mul_overflow(n, extent, &n)) return std::numeric_limits<std::int64_t>::max();
    return n;
  }
  std::int64_t bytes() const { return elements() * size_of(dtype); }
};

std::string to_string(DType dtype);         // f32
std::string to_string(const Shape& shape);  // [50, 28, 28, 1]
std::string to_string(const Type& type);    // f32[50, 28, 28, 1]

}  // namespace sganc
