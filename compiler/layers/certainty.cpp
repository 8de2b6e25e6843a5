#include "compiler/layers/layer.h"

namespace sganc {
namespace {

Value certainty(FunctionContext& c, const std::vector<Value>& arguments) {
  return c.certainties_of(arguments[0]);
}

}  // namespace

extern const ExpressionFunction certainty_function{
    .name = "certainty",
    .description =
        "certainty(x): how certain the labels are that were spread to a drawn batch, from 0 to 1: for "
        "each image the difference of its two largest classes. Images of data.labels have 1.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = certainty,
    .samples = {}};

}  // namespace sganc
