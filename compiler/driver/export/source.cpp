#include "compiler/driver/export/source.h"

#include <cstring>

#include "runtime/system/utf8.h"

namespace sganc {

std::optional<ExportSource> read_export(const ExportRequest& request, Terminal& terminal,
                                        const BuildModule& make) {
  auto run = find_saved_run(request.run, request.values, terminal);
  if (!run) return {};
  auto module = build(run->model, terminal, make);
  if (!module) return {};
  Checkpoint weights = read_checkpoint(*run);
  return ExportSource{std::move(*run), std::move(*module), std::move(weights)};
}

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

std::vector<std::string> classes_of(const FoundRun& run, const Module& module) {
  const auto* predict = module.function(FunctionRole::predict);
  if (!predict) return {};
  const std::int64_t known = predict->node(predict->result("probability")->value).type.shape.back();
  auto names = class_names_of(run.folder, known);
  names.resize(static_cast<std::size_t>(known));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i].empty() || !is_utf8(names[i])) names[i] = std::to_string(i);
  return names;
}

}  // namespace sganc
