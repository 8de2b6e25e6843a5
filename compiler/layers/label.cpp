#include "compiler/layers/layer.h"

namespace sganc {
namespace {

Value label(FunctionContext& c, const std::vector<Value>& arguments) {
  return c.labels_of(arguments[0]);
}

}  // namespace

extern const ExpressionFunction label_function{
    .name = "label",
    .description = "label(x): the labels of a batch that is drawn as labeled, or from a spread.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = label,
    .samples = {}};

}  // namespace sganc
