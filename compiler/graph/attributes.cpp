#include "compiler/graph/attributes.h"

#include <algorithm>
#include <array>
#include <limits>

namespace sganc {
namespace {

/// Kernels count in 32 bits.
constexpr std::int64_t kMostElements = std::numeric_limits<std::int32_t>::max();

constexpr AttributeInfo kName{"name", &Attributes::name};
constexpr AttributeInfo kValue{"value", &Attributes::value};
constexpr AttributeInfo kStream{"stream", &Attributes::stream};
constexpr AttributeInfo kShape{"shape", &Attributes::shape};
constexpr AttributeInfo kAxes{"axes", &Attributes::axes};
constexpr AttributeInfo kSharedAxes{"axes", &Attributes::axes, true};
constexpr AttributeInfo kLow{"low", &Attributes::low};
constexpr AttributeInfo kHigh{"high", &Attributes::high};
constexpr AttributeInfo kTransposeA{"transpose_a", &Attributes::transpose_a};
constexpr AttributeInfo kTransposeB{"transpose_b", &Attributes::transpose_b};
constexpr AttributeInfo kStrides{"strides", &Attributes::strides};
constexpr AttributeInfo kPads{"pads", &Attributes::pads};
constexpr AttributeInfo kDilations{"dilations", &Attributes::dilations, true};
constexpr AttributeInfo kGroups{"groups", &Attributes::groups, true};
constexpr AttributeInfo kDType{"dtype", &Attributes::dtype};

constexpr std::array kOfNamed{kName};
constexpr std::array kOfConstant{kValue};
constexpr std::array kOfRandom{kStream};
constexpr std::array kOfConvert{kDType};
constexpr std::array kOfBroadcast{kShape, kAxes};
constexpr std::array kOfAxes{kAxes};
constexpr std::array kOfGather{kSharedAxes};
constexpr std::array kOfScatter{kSharedAxes, kShape};
constexpr std::array kOfView{kShape};
constexpr std::array kOfPad{kLow, kHigh};
constexpr std::array kOfSlice{kLow, kShape};
constexpr std::array kOfMatmul{kTransposeA, kTransposeB};
constexpr std::array kOfConvolution{kStrides, kPads, kDilations, kGroups};
constexpr std::array kOfAdjoint{kStrides, kPads, kDilations, kGroups, kShape};

}  // namespace

std::span<const AttributeInfo> attributes_of(Op op) {
  switch (op) {
    case Op::variable:
    case Op::input:
      return kOfNamed;
    case Op::constant:
      return kOfConstant;
    case Op::random:
      return kOfRandom;
    case Op::convert:
      return kOfConvert;
    case Op::broadcast:
      return kOfBroadcast;
    case Op::iota:
    case Op::reduce_sum:
    case Op::reduce_max:
    case Op::transpose:
      return kOfAxes;
    case Op::gather:
      return kOfGather;
    case Op::scatter_add:
      return kOfScatter;
    case Op::view:
      return kOfView;
    case Op::pad:
      return kOfPad;
    case Op::slice:
      return kOfSlice;
    case Op::matmul:
      return kOfMatmul;
    case Op::conv:
      return kOfConvolution;
    case Op::conv_backward_data:
    case Op::conv_backward_weights:
      return kOfAdjoint;
    default:
      return {};
  }
}

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
  if (auto mistake = extents_mistake(a.shape, false); !mistake.empty()) return mistake;
  if (op == Op::iota && a.axes.size() != 1)
    return "iota takes one axis, not " + std::to_string(a.axes.size());
  if (std::ranges::any_of(a.strides, [](auto s) { return s <= 0; }))
    return "strides must be positive, not " + to_string(a.strides);
  if (std::ranges::any_of(a.pads, [](auto p) { return p < 0; })) return "pads must not be negative";
  if (std::ranges::any_of(a.dilations, [](auto d) { return d <= 0; }))
    return "dilations must be positive, not " + to_string(a.dilations);
  if (a.groups <= 0) return "groups must be positive, not " + std::to_string(a.groups);
  return {};
}

}  // namespace sganc
