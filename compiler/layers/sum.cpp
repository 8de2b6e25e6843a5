#include "compiler/layers/layer.h"

namespace sganc {
namespace {

Value sum(FunctionContext& c, const std::vector<Value>& arguments) {
  return c.b.sum_all(arguments[0]);
}
Value sum_along(Builder& b, Value x, const std::vector<int>& axes) {
  return b.reduce_sum(x, axes);
}

}  // namespace

extern const ExpressionFunction sum_function{
    .name = "sum",
    .description = "sum(a): the sum over all elements; sum(a, AXIS...): along these axes.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = sum,
    .samples = {{.arguments = {{3, 4}}, .any_numbers = true}, {.arguments = {{5}}, .any_numbers = true}},
    .along_axes = sum_along};

}  // namespace sganc
