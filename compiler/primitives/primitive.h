#pragma once
// What a primitive is: one row with all that is to be known of it, but for its lowering (codegen/). A file
// holds the rows of a family; table.cpp lists the families.

#include "compiler/graph/attributes.h"
#include "compiler/graph/builder.h"
#include "compiler/primitives/tensor.h"

namespace sganc {

/// What a rule of types looks at: a node that has no type yet.
struct Untyped {
  std::string_view op;  // its name, for messages
  std::span<const Type> in;
  const Attributes& attributes;
  const Type& declared;  // of a leaf
};

/// The gradient of the loss by one operand of node `n`, given that by its result, `dy`.
using OperandRule = Value (*)(Builder& b, Value n, Value dy);

using Operands = std::span<const Tensor* const>;

/// A node that the tests build: compiled, differentiated, written and read back.
struct PrimitiveSample {
  enum class Numbers : std::uint8_t { any, positive, flags, small, key };  // flags: 0, 1; small: 0 to 6
  struct Operand {
    Type type;
    Numbers numbers = Numbers::any;
  };
  std::vector<Operand> operands;
  Attributes attributes = {};
  Type declared = {};
  double tolerance = 2e-6;  // of the compiled kernel
};

/// A node whose value was computed by hand. A variable or an input is bound to the result.
struct PrimitiveExample {
  std::vector<Tensor> operands;
  Attributes attributes;
  Tensor result;
};

struct Primitive {
  OpInfo info;
  std::span<const AttributeInfo> attributes = {};  // that it reads, in the order of the text
  Type (*type)(const Untyped&);                    // throws ShapeError
  OperandRule gradient[3] = {};                    // of each operand; nullptr where no gradient flows to it
  bool curved = false;  // whether gradients depend on operands, so that there are second ones

  // What it computes, in the slowest and most obvious way: by `element`, of a pointwise one that is folded
  // where its operands are constants, or by `reference`. The result comes as zeros of its type. The
  // interpreter binds variables and inputs.
  double (*element)(const double* x) = nullptr;  // of the operands' elements
  void (*reference)(const Node&, Operands, Tensor& result) = nullptr;
  /// What all elements are where the operand is the constant x, of which `repeats` elements become one.
  double (*folded)(double x, double repeats) = nullptr;

  std::int64_t (*multiply_adds)(const Node&, const Type& a, const Type& b) = nullptr;  // of a product
  std::vector<PrimitiveSample> (*samples)();
  std::vector<PrimitiveExample> (*examples)();
};

/// Rows of one file.
using Family = std::span<const Primitive>;

}  // namespace sganc
