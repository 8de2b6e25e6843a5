#include "compiler/driver/export/weights.h"

#include <cstring>

namespace sganc {

const CheckpointTensor& weight_of(const Checkpoint& checkpoint, const std::string& name, const Shape& shape) {
  const auto* found = checkpoint.find(name);
  if (found && found->type == TensorType::f32 && found->shape == shape) return *found;
  throw UserError{{{}, "the checkpoint has no weight " + name + " of the model's shape", ""}};
}

Tensors variables_of(const Module& module, const Checkpoint& checkpoint) {
  Tensors variables;
  for (const auto& variable : module.variables) {
    const auto bytes = weight_of(checkpoint, variable.name, variable.type.shape).bytes;
    std::vector<float> numbers(bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
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
