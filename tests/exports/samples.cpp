// sganc_export_samples DIR: writes every sample of every layer, as a net of its own, in every format that
// other programs read: NAME.onnx, NAME.primitives.onnx without the operators that ONNX has for whole layers,
// and NAME.py with NAME.safetensors. Beside them lie random inputs, NAME.x0.npy and so on, and the layer's
// output as the reference interpreter computes it, NAME.y.npy. tests/exports/run compares.

#include <filesystem>
#include <iostream>
#include <random>

#include "compiler/export/onnx/convert.h"
#include "compiler/export/torch/module.h"
#include "runtime/data/npy.h"
#include "runtime/system/files.h"
#include "runtime/train/checkpoint.h"
#include "tests/layers_building.h"
#include "tests/primitive_samples.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

std::vector<float> floats(const Tensor& tensor) {
  return {tensor.data.begin(), tensor.data.end()};
}

void write_array(const fs::path& file, const Tensor& tensor) {
  const auto numbers = floats(tensor);
  const std::string_view bytes(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
  write_file_atomically(file, npy_beginning(tensor.shape()) + std::string(bytes));
}

/// A model of one net of one layer, which takes the sample's inputs.
Model model_of(const Layer& layer, const LayerSample& sample) {
  Model model;
  model.name = layer.name;
  DeclaredNet net{.name = "net"};
  DeclaredLayer declared{layer.name, layer.name + "_1", keys_of(layer.keys, sample.keys), {}, {}};
  std::vector<Shape> shapes = {sample.input};
  shapes.insert(shapes.end(), sample.others.begin(), sample.others.end());
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::string name = "x" + std::to_string(i);
    using Kind = DeclaredInput::Kind;
    model.inputs.push_back({.kind = shapes[i].size() == 4 ? Kind::image : Kind::latent,
                            .name = name,
                            .shape = {shapes[i].begin() + 1, shapes[i].end()}});
    net.of.push_back({name, {}});
    net.arguments.push_back(name);
    if (layer.join) declared.from.push_back({name, {}});
  }
  net.layers.push_back(std::move(declared));
  model.nets.push_back(std::move(net));
  return model;
}

/// The function of the model's net for a batch that is `times` as large as the sample's.
Function function_of(Module& module, const Model& model, const Layer& layer, const LayerSample& sample,
                     std::int64_t times) {
  const DeclaredLayer& declared = model.nets[0].layers[0];
  Function function{.name = "net." + declared.name};
  Builder b(function);
  std::vector<Value> inputs;
  for (const auto& input : model.inputs) {
    Shape shape = input.shape;
    shape.insert(shape.begin(), sample.input[0] * times);
    inputs.push_back(b.input(input.name, {DType::f32, shape}));
  }
  b.set_origin({function.name, {}});
  SingleLayer context(module, b, declared.keys, /*training=*/false);
  const Value y = layer(context, inputs);
  b.result("features", y);
  return function;
}

Tensor random_numbers(const Type& type, double low, double high, std::mt19937& random) {
  std::uniform_real_distribution<double> numbers(low, high);
  Tensor tensor = filled(type);
  for (double& x : tensor.data) x = static_cast<float>(numbers(random));
  return tensor;
}

void write(const fs::path& folder, const std::string& name, const Layer& layer, const LayerSample& sample) {
  std::mt19937 random(7);
  const Model model = model_of(layer, sample);
  Module module;
  const Function once = function_of(module, model, layer, sample, 1),
                 twice = function_of(module, model, layer, sample, 2);
  Tensors variables, inputs;
  for (const auto& v : module.variables)
    variables[v.name] = random_numbers(v.type, v.role == Role::statistic ? 0.2 : -1, 1, random);
  for (const auto& node : twice.nodes)
    if (node.op == Op::input) {
      const Tensor& x = inputs[node.attributes.name] = random_numbers(node.type, -1, 1, random);
      write_array(folder / (name + "." + node.attributes.name + ".npy"), x);
    }
  const auto values = evaluate_nodes(twice, inputs, variables);
  write_array(folder / (name + ".y.npy"), values[static_cast<std::size_t>(twice.results[0].value.id)]);

  const auto onnx = [&](const Model& layers) {
    return to_onnx({.model = layers,
                    .first = {once, sample.input[0]},
                    .second = {twice, 2 * sample.input[0]},
                    .variables = variables,
                    .producer = "sganc",
                    .version = "",
                    .metadata = {}});
  };
  write_file_atomically(folder / (name + ".onnx"), onnx(model));
  write_file_atomically(folder / (name + ".primitives.onnx"), onnx(Model{}));  // which knows no layers
  const TorchFiles files = to_torch({.model = model,
                                     .producer = "sganc",
                                     .classes = {},
                                     .functions = {&twice},
                                     .variables = variables,
                                     .forward = {{"features", "net"}}});
  write_file_atomically(folder / (name + ".py"), files.program);
  std::map<std::string, std::vector<float>> weights;
  std::vector<CheckpointTensor> tensors;
  for (const auto& [weight, tensor] : files.weights) {
    weights[weight] = floats(tensor);
    tensors.push_back(checkpoint_tensor(weight, tensor.shape(), std::span<const float>(weights[weight])));
  }
  write_checkpoint(folder / (name + ".safetensors"), tensors, {});
}

/// Writes a sample of a primitive: it is a function of inputs, for one batch.
void write(const fs::path& folder, const std::string& name, const Primitive& primitive,
           const PrimitiveSample& sample) {
  std::mt19937 random(7);
  Function function{.name = "f"};
  Builder b(function);
  Tensors inputs;
  std::vector<Value> operands;
  for (const auto& operand : sample.operands) {
    const std::string input = "x" + std::to_string(operands.size());
    inputs[input] = numbers_for(operand, random);
    operands.push_back(b.input(input, operand.type));
  }
  b.result("features", b.add_node(primitive.info.op, operands, sample.attributes, sample.declared));
  const std::string file = to_onnx({.model = {},
                                    .first = {function, 1},
                                    .second = {function, 1},
                                    .variables = {},
                                    .producer = "sganc",
                                    .version = "",
                                    .metadata = {}});
  for (const auto& [input, tensor] : inputs) write_array(folder / (name + "." + input + ".npy"), tensor);
  write_array(folder / (name + ".y.npy"), evaluate_nodes(function, inputs, {}).back());
  write_file_atomically(folder / (name + ".onnx"), file);
}

void write_layers(const fs::path& folder) {
  for (const auto* layer : tables().layers)
    for (std::size_t i = 0; i < layer->samples.size(); ++i)
      write(folder, layer->name + "_" + std::to_string(i), *layer, layer->samples[i]);
}

/// Those that ONNX cannot say are named on standard output. Leaves are part of the others.
void write_primitives(const fs::path& folder) {
  for (const auto* primitive : all_primitives()) {
    if (primitive->info.kind == OpClass::leaf) continue;
    const auto samples = primitive->samples();
    for (std::size_t i = 0; i < samples.size(); ++i) try {
        const std::string name = "primitive_" + std::string(primitive->info.name) + "_" + std::to_string(i);
        write(folder, name, *primitive, samples[i]);
      } catch (const UserError& error) {
        std::cout << primitive->info.name << ": " << error.diagnostic.message << "\n";
        break;
      }
  }
}

}  // namespace
}  // namespace sganc

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: sganc_export_samples DIR\n";
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  try {
    sganc::write_layers(argv[1]);
    sganc::write_primitives(argv[1]);
  } catch (const sganc::UserError& error) {
    std::cerr << error.diagnostic.message << "\n";
    return 1;
  }
}
