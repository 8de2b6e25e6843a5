#pragma once
// The attributes that each primitive reads, as its row says them. The writer, the parser and the verifier of
// graphs share them.

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "compiler/graph/op.h"

namespace sganc {

/// A member of Attributes and its name in the text.
struct AttributeInfo {
  using Member = std::variant<std::string Attributes::*, double Attributes::*, std::int64_t Attributes::*,
                              bool Attributes::*, DType Attributes::*, std::vector<int> Attributes::*,
                              Shape Attributes::*>;
  std::string_view name;
  Member member;
  bool may_be_absent = false;  // then it has its default
};

/// The attributes that `op` reads, in the order of the text. All others keep their defaults.
std::span<const AttributeInfo> attributes_of(Op op);

/// The mistake in a shape, or "". Extents must be positive, or unknown if that is allowed, and a value has at
/// most 2^31 - 1 elements.
std::string extents_mistake(const Shape& shape, bool may_be_unknown);

/// The mistake in a node's attributes and written type, without a look at its operands, or "". infer_type
/// expects attributes without mistakes.
std::string attribute_mistake(Op op, const Attributes& attributes, const Type& type);

}  // namespace sganc
