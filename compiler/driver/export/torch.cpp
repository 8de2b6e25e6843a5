// A module in Python and its weights, for PyTorch.

#include "compiler/driver/export/format.h"
#include "compiler/driver/export/source.h"
#include "compiler/export/torch/module.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "runtime/system/folders.h"

namespace sganc {
namespace {

/// Any number of examples: only weights and shapes of one example are read.
constexpr std::int64_t kBatch = 1;

/// The results of the functions, by the nets that give them. Throws UserError for a layer of a net.
void add_results(const Model& model, const std::string& net, const Function& function, TorchSource& source) {
  const auto& evaluate = model.evaluate;
  if (function.role == FunctionRole::generate) {
    source.generate = {{"image", evaluate.generator.value}};
  } else if (function.role == FunctionRole::predict) {
    source.forward = {{"probability", evaluate.classifier.value}};
    const DeclaredNet& classifier = *model.net(evaluate.classifier.value);
    if (classifier.layers.size() == 1 && function.result("logits"))
      source.forward.emplace_back("logits", classifier.of.back().value);
    if (function.result("real")) source.forward.emplace_back("real", evaluate.critic.value);
  } else {
    const std::string named = net == "critic" ? evaluate.critic.value : net;
    if (!model.net(named))
      throw UserError{{{}, "--to torch writes whole nets, and " + named + " is a layer of one", ""}};
    source.forward = {{"features", named}};
  }
}

/// The checkpoint's tensors as files hold them, with the floats that they refer to.
struct Written {
  std::map<std::string, std::vector<float>> numbers;
  std::vector<CheckpointTensor> tensors;
};

std::string bytes_of(const Tensors& weights, const CheckpointMetadata& metadata) {
  Written written;
  for (const auto& [name, tensor] : weights) {
    const auto& numbers = written.numbers[name] = {tensor.data.begin(), tensor.data.end()};
    written.tensors.push_back(checkpoint_tensor(name, tensor.shape(), std::span<const float>(numbers)));
  }
  return checkpoint_bytes(written.tensors, metadata);
}

/// The model's name as a module of Python.
std::string module_name(const Model& model) {
  std::string name = model.name;
  for (char& c : name)
    if (!is_identifier(std::string(1, c)) && (c < '0' || c > '9')) c = '_';
  return is_identifier(name) ? name : "model_" + name;
}

int write(const ExportRequest& request, Terminal& terminal) {
  std::vector<std::string> nets;
  const auto read = read_export(request, terminal, [&](const Model& model, Diagnostics& diagnostics) {
    nets = nets_of(request, model);
    return build_export(model, nets, {kBatch}, diagnostics);
  });
  if (!read) return kBadInput;
  const auto& [run, module, checkpoint] = *read;
  const Tensors variables = variables_of(module, checkpoint);
  TorchSource source{.model = run.model,
                     .producer = "sganc " + version(),
                     .classes = classes_of(run, module),
                     .functions = {},
                     .variables = variables};
  for (std::size_t i = 0; i < nets.size(); ++i) {
    add_results(run.model, nets[i], module.functions[i], source);
    source.functions.push_back(&module.functions[i]);
  }
  const TorchFiles files = to_torch(source);
  const std::string name = module_name(run.model);
  use_given_file([&, &metadata = checkpoint.metadata()] {
    write_folder_atomically(request.out, {{name + ".py", files.program},
                                          {name + ".safetensors", bytes_of(files.weights, metadata)}});
  });
  terminal.out << (request.out / (name + ".py")).string() << "\n";
  return kDone;
}

}  // namespace

extern const ExportFormat torch_export{
    .name = "torch", .summary = "a Python module and its weights, for PyTorch", .out = "DIR", .write = write};

}  // namespace sganc
