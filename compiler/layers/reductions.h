#pragma once
// How values of expressions meet by the names of their axes, and which axes a call names: sum(P, left).

#include "compiler/language/expression.h"
#include "compiler/layers/layer.h"

namespace sganc {

/// The places of named axes of x, in ascending order. Throws UserError at a name that x has not or that
/// stands twice.
std::vector<int> places_of(FunctionContext& c, Value x, const std::vector<Expression>& names);

/// Values of any axes, repeated along those that they lack, so that all are of one shape: axes meet by their
/// names. One of the values has all axes, or what others lack is `left` or `right`. Values whose axes have no
/// names are of one shape or single numbers. Throws ShapeError, which begins with `what`.
std::vector<Value> meet(FunctionContext& c, const std::string& what, std::vector<Value> values);

}  // namespace sganc
