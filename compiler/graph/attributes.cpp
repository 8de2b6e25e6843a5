#include "compiler/graph/attributes.h"

#include <limits>

namespace sganc {
namespace {

/// Kernels count in 32 bits.
constexpr std::int64_t kMostElements = std::numeric_limits<std::int32_t>::max();

}  // namespace

std::string extents_mistake(const Shape& shape, bool may_be_unknown) {
  std::int64_t elements = 1;
  for (auto extent : shape) {
    if (extent == kUnknownExtent && !may_be_unknown)
      return "all extents of " + to_string(shape) + " must be known";
    if (extent == kUnknownExtent) continue;
    if (extent <= 0) return "all extents of " + to_string(shape) + " must be positive";
    if (extent > kMostElements / elements) return to_string(shape) + " has too many elements";
    elements *= extent;
  }
  return {};
}

std::string attribute_mistake(Op op, const Attributes& a, const Type& type) {
  const bool may_be_unknown = info(op).kind != OpClass::leaf || op == Op::input;
  if (auto mistake = extents_mistake(type.shape, may_be_unknown); !mistake.empty()) return mistake;
  return extents_mistake(a.shape, false);
}

}  // namespace sganc
