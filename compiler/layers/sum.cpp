#include "compiler/layers/layer.h"

namespace sganc {
namespace {

Value sum(FunctionContext& c, const std::vector<Value>& arguments) {
  return c.b.sum_all(arguments[0]);
}

}  // namespace

extern const ExpressionFunction sum_function{
    .name = "sum",
    .description = "sum(a): the sum over all elements; sum(a, AXIS...): along these axes.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = sum,
    .samples = {{.arguments = {{3, 4}}, .any_numbers = true}, {.arguments = {{5}}, .any_numbers = true}}};

}  // namespace sganc
