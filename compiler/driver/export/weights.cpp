#include "compiler/driver/export/weights.h"

#include <cstring>

namespace sganc {

Tensors variables_of(const Module& module, const Checkpoint& checkpoint) {
  Tensors variables;
  for (const auto& variable : module.variables) {
    const auto* found = checkpoint.find(variable.name);
    if (!found || found->type != TensorType::f32 || found->shape != variable.type.shape)
      throw UserError{{{}, "the checkpoint has no weight " + variable.name + " of the model's shape", ""}};
    std::vector<float> numbers(found->bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), found->bytes.data(), found->bytes.size());
    variables[variable.name] = {variable.type, {numbers.begin(), numbers.end()}};
  }
  return variables;
}

std::int64_t classes_of(const Module& module) {
  for (const auto& function : module.functions)
    if (const auto* result = function.result("probability"))
      return function.node(result->value).type.shape.back();
  return 0;
}

}  // namespace sganc
