#pragma once
// A primitive is one row with everything about it, except its lowering (codegen/). A file holds the rows of a
// family; table.cpp lists the families.

#include "compiler/graph/attributes.h"
#include "compiler/graph/builder.h"
#include "compiler/primitives/sharing.h"
#include "compiler/primitives/tensor.h"

namespace sganc {

/// The input of a type rule: a node without a type.
struct Untyped {
  std::string_view op;  // its name, for messages
  std::span<const Type> in;
  const Attributes& attributes;
  const Type& declared;  // the declared type of a leaf
};

/// The gradient of the loss with respect to one operand of node `n`, where `dy` is the gradient with respect
/// to its result.
using OperandRule = Value (*)(Builder& b, Value n, Value dy);

using Operands = std::span<const Tensor* const>;

/// A node for the tests, which compile it, differentiate it, write it and read it back.
struct PrimitiveSample {
  enum class Numbers : std::uint8_t { any, positive, flags, small, key };  // flags: 0, 1; small: 0 to 6
  struct Operand {
    Type type;
    Numbers numbers = Numbers::any;
  };
  std::vector<Operand> operands;
  Attributes attributes = {};
  Type declared = {};
  double tolerance = 2e-6;  // the tolerance for the compiled kernel
};

/// A node whose value was computed by hand. A variable or an input is bound to the result.
struct PrimitiveExample {
  std::vector<Tensor> operands;
  Attributes attributes;
  Tensor result;
};

struct Primitive {
  OpInfo info;
  std::span<const AttributeInfo> attributes = {};  // the attributes that it reads, in the order of the text
  Type (*type)(const Untyped&);                    // throws ShapeError
  OperandRule gradient[3] = {};  // one rule for each operand; nullptr if no gradient flows to it
  bool curved = false;           // the gradients depend on the operands, so there are second gradients

  // The computation, in the slowest and most obvious way. `element` is for pointwise primitives; it also
  // folds constant operands. All others have `reference`, whose result is filled with zeros and has its type.
  // The interpreter binds variables and inputs.
  double (*element)(const double* x) = nullptr;  // from one element of each operand
  void (*reference)(const Node&, Operands, Tensor& result) = nullptr;
  /// The value of all elements if the operand is the constant x, and `repeats` elements of it become one.
  double (*folded)(double x, double repeats) = nullptr;

  /// How ranks share the work, unless each computes all.
  Shares (*share)(const Sharable&) = compute_whole;

  std::int64_t (*multiply_adds)(const Node&, const Type& a, const Type& b) = nullptr;  // for a product
  std::vector<PrimitiveSample> (*samples)();
  std::vector<PrimitiveExample> (*examples)();
};

/// The rows of one file.
using Family = std::span<const Primitive>;

}  // namespace sganc
