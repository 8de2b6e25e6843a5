#pragma once
// Matches values of expressions by the names of their axes, and finds the axes that a call names: sum(P,
// left).

#include "compiler/language/expression.h"
#include "compiler/layers/layer.h"

namespace sganc {

/// The positions of the named axes of x, in ascending order. Throws UserError for a name that x does not have
/// or that comes twice.
std::vector<int> places_of(FunctionContext& c, Value x, const std::vector<Expression>& names);

/// Gives all values one shape. Axes are matched by their names, and a value is repeated along the axes that
/// it lacks. One of the values must have all axes, except `left` and `right`, which may come from two values.
/// Values whose axes have no names must have one shape, or be single numbers. Throws ShapeError, whose
/// message begins with `what`.
std::vector<Value> meet(FunctionContext& c, const std::string& what, std::vector<Value> values);

}  // namespace sganc
