// ONNX files: of a small model node by node, and of every file of models/ as a whole. tests/exports/run
// compares what ONNX Runtime computes with them.

#include <gtest/gtest.h>

#include <cstring>

#include "compiler/export/onnx/convert.h"
#include "compiler/export/onnx/proto.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "tests/primitive_samples.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// A model whose nets `layers` and `generator` are given.
std::string model_text(const std::string& layers, const std::string& more = "") {
  return "name = \"small\"\n[input]\nimage = [6, 6, 2]\nlatent = { size = 2 }\n"
         "kind = { classes = 3 }\n[net.trunk]\nof = \"image\"\nlayers = [" +
         layers + "]\n[optimizer]\no = { kind = \"sgd\", rate = 1 }\n" + more;
}

Model model_of(const std::string& text) {
  Diagnostics diagnostics;
  const auto model = parse_model(text, "model.toml", {}, vocabulary(tables()), diagnostics);
  std::ostringstream mistakes;
  diagnostics.print(mistakes);
  if (!model) throw std::logic_error(mistakes.str());
  return *model;
}

/// The file of a net, with the variables that training begins with.
onnx::ModelProto exported(const Model& model, const std::string& net, OnnxImages images = OnnxImages::bytes,
                          Tensors variables = {}) {
  Diagnostics diagnostics;
  const auto batches = onnx_batches(model).both();
  const Module module = build_export(model, {net}, batches, diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  for (auto& [name, tensor] : initial_variables(module, 0)) variables.try_emplace(name, tensor);
  onnx::ModelProto file;
  EXPECT_TRUE(file.ParseFromString(to_onnx({.model = model,
                                            .first = {module.functions.at(0), batches[0]},
                                            .second = {module.functions.at(1), batches[1]},
                                            .variables = variables,
                                            .producer = "sganc",
                                            .version = "1.2.3",
                                            .metadata = {{"model", model.name}},
                                            .images = images})));
  return file;
}

std::string joined(const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// A line for each input, node and output.
std::string lines_of(const onnx::ModelProto& file) {
  const auto type = [](const onnx::ValueInfoProto& value) {
    std::string text = onnx::TensorProto::DataType_Name(
        static_cast<onnx::TensorProto::DataType>(value.type().tensor_type().elem_type()));
    for (const auto& d : value.type().tensor_type().shape().dim())
      text += " " + (d.has_dim_value() ? std::to_string(d.dim_value()) : d.dim_param());
    return value.name() + " " + text + "\n";
  };
  std::string text;
  for (const auto& input : file.graph().input()) text += "input " + type(input);
  for (const auto& node : file.graph().node())
    text += joined(node.output()) + " = " + node.op_type() + "(" + joined(node.input()) + ")\n";
  for (const auto& output : file.graph().output()) text += "output " + type(output);
  return text;
}

const onnx::TensorProto* tensor(const onnx::ModelProto& file, const std::string& name) {
  for (const auto& known : file.graph().initializer())
    if (known.name() == name) return &known;
  return nullptr;
}

std::vector<float> numbers(const onnx::TensorProto& tensor) {
  std::vector<float> values(tensor.raw_data().size() / sizeof(float));
  std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
  return values;
}

const onnx::AttributeProto* attribute(const onnx::ModelProto& file, const std::string& node,
                                      const std::string& name) {
  for (const auto& n : file.graph().node())
    for (const auto& a : n.attribute())
      if (n.name() == node && a.name() == name) return &a;
  return nullptr;
}

const std::string kClassifier = model_text(R"toml(
  { kind = "conv", name = "stem", filters = 4, kernel = 3 }, { kind = "leaky_relu", slope = 0.3 },
  { kind = "dropout", rate = 0.5 }, { kind = "conv", filters = 4, kernel = 3, stride = 2, bias = false },
  { kind = "flatten" })toml",
                                           R"toml([net.logits]
of = "trunk"
layers = [{ kind = "dense", units = 3 }]
[net.classifier]
of = "logits"
layers = [{ kind = "softmax" }]
[net.critic]
of = "logits"
layers = [{ kind = "logsumexp" }, { kind = "sigmoid" }]
[[update]]
name = "d"
draw = { x = "unlabeled 4" }
minimize = "bce(critic(x), 1)"
train = ["trunk", "logits"]
optimizer = "o"
)toml");

TEST(ExportOnnx, NodesAreNamedAfterLayersAndImagesLieWithChannelsFirstBetweenThem) {
  EXPECT_EQ(lines_of(exported(model_of(kClassifier), "classifier")),
            R"(input image UINT8 batch 6 6 2
batch/Cast = Cast(image)
batch/Mul = Mul(batch/Cast, 0.007843138)
batch/Add = Add(batch/Mul, -1)
trunk.stem/Transpose = Transpose(batch/Add)
trunk.stem/Conv = Conv(trunk.stem/Transpose, trunk.stem.weight, trunk.stem.bias)
trunk.leaky_relu_1/LeakyRelu = LeakyRelu(trunk.stem/Conv)
trunk.conv_2/Conv = Conv(trunk.leaky_relu_1/LeakyRelu, trunk.conv_2.weight)
trunk.flatten_1/Transpose = Transpose(trunk.conv_2/Conv)
trunk.flatten_1/Reshape = Reshape(trunk.flatten_1/Transpose, [0, 36])
logits = Gemm(trunk.flatten_1/Reshape, logits.dense_1.weight, logits.dense_1.bias)
probability = Softmax(logits)
critic.logsumexp_1/ReduceLogSumExp = ReduceLogSumExp(logits)
real = Sigmoid(critic.logsumexp_1/ReduceLogSumExp)
output probability FLOAT batch 3
output logits FLOAT batch 3
output real FLOAT batch
)");
}

TEST(ExportOnnx, ImagesMayComeAsNumbers) {
  const auto text = lines_of(exported(model_of(kClassifier), "classifier", OnnxImages::numbers));
  EXPECT_EQ(text.substr(0, text.find("trunk.leaky")), R"(input image FLOAT batch 2 6 6
trunk.stem/Conv = Conv(image, trunk.stem.weight, trunk.stem.bias)
)");
}

TEST(ExportOnnx, ALayerGivesFeatures) {
  const auto text = lines_of(exported(model_of(kClassifier), "trunk.stem"));
  EXPECT_EQ(text.substr(text.find("trunk.stem/Conv =")),
            R"(trunk.stem/Conv = Conv(trunk.stem/Transpose, trunk.stem.weight, trunk.stem.bias)
features = Transpose(trunk.stem/Conv)
output features FLOAT batch 6 6 4
)");
}

TEST(ExportOnnx, SaysWhatItIs) {
  const auto file = exported(model_of(kClassifier), "classifier");
  EXPECT_EQ(file.ir_version(), 8);
  ASSERT_EQ(file.opset_import_size(), 1);
  EXPECT_EQ(file.opset_import(0).domain(), "");
  EXPECT_EQ(file.opset_import(0).version(), 17);
  EXPECT_EQ(file.graph().name(), "small.predict");
  EXPECT_EQ(file.producer_name() + " " + file.producer_version(), "sganc 1.2.3");
  ASSERT_EQ(file.metadata_props_size(), 1);
  EXPECT_EQ(file.metadata_props(0).key() + " " + file.metadata_props(0).value(), "model small");
  const auto* slope = attribute(file, "trunk.leaky_relu_1/LeakyRelu", "alpha");
  ASSERT_TRUE(slope);
  EXPECT_FLOAT_EQ(slope->f(), 0.3f);
}

TEST(ExportOnnx, HoldsTheWeights) {
  const Model model = model_of(kClassifier);
  Tensor bias = filled({DType::f32, {4}});
  bias.data = {1, -2, 3.5, 0.25};
  const auto file = exported(model, "classifier", OnnxImages::bytes, {{"trunk.stem.bias", bias}});
  const auto* held = tensor(file, "trunk.stem.bias");
  ASSERT_TRUE(held);
  EXPECT_EQ(numbers(*held), (std::vector<float>{1, -2, 3.5, 0.25}));
  ASSERT_TRUE(tensor(file, "trunk.stem.weight"));
  EXPECT_EQ(tensor(file, "trunk.stem.weight")->dims_size(), 4);
}

TEST(ExportOnnx, ANormOfAKernelIsComputedOnce) {
  const Model model = model_of(model_text(R"({ kind = "flatten" },
    { kind = "dense", units = 1, norm = "weight_norm", bias = false })"));
  Tensor v = filled({DType::f32, {1, 72}}), g = filled({DType::f32, {1, 1}}, 10);
  v.data[5] = 3, v.data[7] = 4;
  const auto file = exported(model, "trunk", OnnxImages::bytes,
                             {{"trunk.dense_1.weight_v", v}, {"trunk.dense_1.weight_g", g}});
  const auto* weight = tensor(file, "trunk.dense_1.weight");
  ASSERT_TRUE(weight);
  EXPECT_FLOAT_EQ(numbers(*weight)[5], 6);
  EXPECT_FLOAT_EQ(numbers(*weight)[7], 8);
  EXPECT_FALSE(tensor(file, "trunk.dense_1.weight_v"));
}

TEST(ExportOnnx, AGeneratorTakesPointsAndClasses) {
  const Model model = model_of(model_text(R"({ kind = "flatten" })", R"([net.generator]
of = ["latent", "kind"]
layers = [{ kind = "embedding", name = "e", size = 2, from = "kind" },
          { kind = "concat", from = ["latent", "e"] }, { kind = "dense", units = 72 },
          { kind = "reshape", shape = [6, 6, 2] }, { kind = "tanh" }]
[evaluate]
generator = "generator"
)"));
  EXPECT_EQ(lines_of(exported(model, "generator")), R"(input latent FLOAT batch 2
input class INT32 batch
kind/Cast = Cast(class)
generator.kind/Unsqueeze = Unsqueeze(kind/Cast, [1])
generator.kind/Equal = Equal(generator.kind/constant, generator.kind/Unsqueeze)
generator.e/Cast = Cast(generator.kind/Equal)
generator.e/Gemm = Gemm(generator.e/Cast, generator.e.weight)
generator.concat_1/Concat = Concat(latent, generator.e/Gemm)
generator.dense_1/Gemm = Gemm(generator.concat_1/Concat, generator.dense_1.weight, generator.dense_1.bias)
generator.reshape_1/Reshape = Reshape(generator.dense_1/Gemm, [0, 6, 6, 2])
image = Tanh(generator.reshape_1/Reshape)
output image FLOAT batch 6 6 2
)");
}

TEST(ExportOnnx, AValueThatIsJoinedWithItself) {
  const auto text = lines_of(exported(model_of(model_text(R"({ kind = "relu" }, { kind = "tanh" },
    { kind = "concat", from = ["relu_1", "tanh_1", "relu_1"] })")),
                                      "trunk"));
  EXPECT_EQ(text.find("Concat("), std::string::npos) << text;
  EXPECT_NE(text.find("trunk.concat_1/Pad_3 = Pad(trunk.relu_1/Relu, "), std::string::npos) << text;
}

TEST(ExportOnnx, GroupsOfABatchDivideIt) {
  EXPECT_EQ(onnx_batches(model_of(kClassifier)).common, 1);
  const Model model =
      model_of(model_text(R"({ kind = "minibatch_deviation", group = 4 }, { kind = "flatten" },
        { kind = "minibatch_deviation", group = 6 })"));
  EXPECT_EQ(onnx_batches(model).common, 12);
  EXPECT_EQ(onnx_batches(model).both(), (std::vector<std::int64_t>{24, 36}));
  const auto text = lines_of(exported(model, "trunk"));
  EXPECT_NE(text.find("= Reshape(batch/Add, [-1, 4, 6, 6, 2])"), std::string::npos) << text;
}

/// The message of the UserError for a function of one primitive.
std::string refusal(const Function& function) {
  try {
    to_onnx({.model = {},
             .first = {function, 1},
             .second = {function, 1},
             .variables = {},
             .producer = "",
             .version = "",
             .metadata = {}});
  } catch (const UserError& error) {
    return error.diagnostic.message;
  }
  return "";
}

TEST(ExportOnnx, WhatOnnxCannotSayNamesTheLayer) {
  Function function{.name = "f"};
  Builder b(function);
  b.set_origin({"trunk.noise_1", {}});
  b.result("y", b.random(b.input("random.key", {DType::i32, {4}}), 0, {2}));
  EXPECT_EQ(refusal(function), "ONNX cannot say trunk.noise_1: it takes random numbers");
}

TEST(ExportOnnx, EveryPrimitiveThatNoGradientNeedsAloneIsSaid) {
  std::set<std::string> refused;
  for (const auto* primitive : all_primitives())
    for (const auto& sample : samples_of(*primitive)) {
      Module module;
      const Value y = add_sample(module, "f", sample);
      module.functions[0].results.push_back({"y", y});
      if (primitive->info.op == Op::variable) continue;  // whose tensor the samples do not have
      if (!refusal(module.functions[0]).empty()) refused.insert(std::string(primitive->info.name));
    }
  EXPECT_EQ(refused, (std::set<std::string>{"all_reduce", "conv_backward_weights", "random", "scatter_add"}));
}

// every shipped model

/// A sentence for each mistake in the file: each node reads what is there before it, names are unique, and
/// the first extent of what goes in and out is the batch.
std::vector<std::string> mistakes(const onnx::ModelProto& file) {
  std::vector<std::string> found;
  std::set<std::string> known = {""};
  const auto add = [&](const std::string& name) {
    if (!known.insert(name).second) found.push_back(name + " is there twice");
  };
  const auto require_batch = [&](const onnx::ValueInfoProto& value) {
    if (value.type().tensor_type().shape().dim(0).dim_param() != "batch")
      found.push_back(value.name() + " has no batch");
  };
  for (const auto& input : file.graph().input()) add(input.name()), require_batch(input);
  for (const auto& tensor : file.graph().initializer()) add(tensor.name());
  for (const auto& node : file.graph().node()) {
    for (const auto& input : node.input())
      if (!known.contains(input)) found.push_back(node.name() + " reads " + input);
    for (const auto& output : node.output()) add(output);
  }
  for (const auto& output : file.graph().output()) {
    require_batch(output);
    if (!known.contains(output.name())) found.push_back(output.name() + " is not made");
  }
  return found;
}

TEST(ExportOnnx, EveryShippedModel) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(SGANC_SOURCE_DIR "/models")) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().string());
    ++files;
    Diagnostics diagnostics;
    const auto model = load_model(entry.path(), {}, vocabulary(tables()), diagnostics);
    ASSERT_TRUE(model);
    for (const std::string net : {"classifier", "generator"}) {
      const auto& declared =
          net == "classifier" ? model->evaluate.classifier.value : model->evaluate.generator.value;
      if (declared.empty()) continue;
      EXPECT_EQ(mistakes(exported(*model, net)), std::vector<std::string>{}) << net;
    }
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace sganc
