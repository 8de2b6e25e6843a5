#pragma once
// Which attributes each primitive reads, for the writer, the parser and the verifier of graphs: its row says
// it.

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
  bool may_be_absent = false;  // then it is at its default
};

/// The attributes that `op` reads, in the order of the text. All others stay at their defaults.
std::span<const AttributeInfo> attributes_of(Op op);

/// What is wrong with extents by themselves, or "": they must be positive (or unknown, where that is
/// allowed), and a value has at most 2^40 elements.
std::string extents_mistake(const Shape& shape, bool may_be_unknown);

/// What is wrong with the shapes of a node's attributes and its written type by themselves, or "".
/// infer_type expects that nothing is.
std::string attribute_mistake(Op op, const Attributes& attributes, const Type& type);

}  // namespace sganc
