#include "compiler/layers/layer.h"

namespace sganc {
namespace {

Value mean(FunctionContext& c, const std::vector<Value>& arguments) {
  return c.b.mean(arguments[0]);
}
Value batch_mean(FunctionContext& c, const std::vector<Value>& arguments) {
  if (c.b.shape(arguments[0]).empty())
    throw ShapeError("batch_mean needs a value for each example, not one number");
  return c.b.batch_mean(arguments[0]);
}

Value mean_along(Builder& b, Value x, const std::vector<int>& axes) {
  const Value y = b.reduce_sum(x, axes);
  return b.divide(y, static_cast<double>(b.type(x).elements() / b.type(y).elements()));
}

}  // namespace

extern const ExpressionFunction mean_function{
    .name = "mean",
    .description = "mean(a): the mean over all elements; mean(a, AXIS...): along these axes.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = mean,
    .samples = {{.arguments = {{3, 4}}, .any_numbers = true}},
    .along_axes = mean_along};

extern const ExpressionFunction batch_mean_function{
    .name = "batch_mean",
    .description = "batch_mean(a): the mean over the batch only.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = batch_mean,
    .samples = {{.arguments = {{3, 4}}, .any_numbers = true}}};

}  // namespace sganc
