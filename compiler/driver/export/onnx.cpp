// An ONNX file, for ONNX Runtime and whatever else reads it.

#include <nlohmann/json.hpp>

#include "compiler/driver/export/format.h"
#include "compiler/driver/export/source.h"
#include "compiler/export/onnx/convert.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using Metadata = std::vector<std::pair<std::string, std::string>>;

void add_options(options::options_description& o) {
  o.add_options()("input", options::value<std::string>()->default_value("bytes")->value_name("bytes|float"),
                  "for onnx: images as bytes (batch, height, width, channels), which the file scales, or as "
                  "numbers in the model's range (batch, channels, height, width)");
}

/// Throws UserError.
OnnxImages images_of(const options::variables_map& values) {
  const auto word = values["input"].as<std::string>();
  if (word == "bytes") return OnnxImages::bytes;
  if (word == "float") return OnnxImages::numbers;
  throw UserError{
      {{}, "--input is bytes or float, not \"" + word + "\"", suggestion(word, {"bytes", "float"}, "")}};
}

/// How the latent points of the generator are drawn, as JSON.
std::string latent_of(const Model& model) {
  for (const auto& name : model.net(model.evaluate.generator.value)->arguments)
    if (const auto* input = model.input(name); input->kind == DeclaredInput::Kind::latent)
      return nlohmann::ordered_json{{"size", input->shape[0]}, {"distribution", input->distribution}}.dump();
  return "";
}

/// What a reader of the file may want to know, with texts of JSON for lists.
Metadata metadata_of(const ExportSource& source) {
  const auto& [run, module, checkpoint] = source;
  const Model& model = run.model;
  Metadata metadata = {{"model", model.name}};
  if (const auto classes = classes_of(run, module); !classes.empty())
    metadata.emplace_back("classes", nlohmann::json(classes).dump());
  if (module.functions.at(0).role == FunctionRole::generate)
    metadata.emplace_back("latent", latent_of(model));
  if (const auto* image = model.image()) {
    const DeclaredData& data = model.data;
    metadata.emplace_back("image", nlohmann::json(image->shape).dump());
    metadata.emplace_back("range", nlohmann::json({data.range_low, data.range_high}).dump());
    metadata.emplace_back("fit", data.source.fit);
    metadata.emplace_back("background", nlohmann::json(data.background).dump());
  }
  for (const std::string key : {"step", "epoch"})
    if (const auto found = checkpoint.metadata().find(key); found != checkpoint.metadata().end())
      metadata.emplace_back(key, found->second);
  return metadata;
}

int write(const ExportRequest& request, Terminal& terminal) {
  const OnnxImages images = images_of(request.values);
  OnnxBatches batches;
  const auto source = read_export(request, terminal, [&](const Model& model, Diagnostics& diagnostics) {
    batches = onnx_batches(model);
    return build_export(model, {net_of(request, model)}, batches.both(), diagnostics);
  });
  if (!source) return kBadInput;
  const Tensors variables = variables_of(source->module, source->weights);
  const auto& functions = source->module.functions;
  const std::string file = to_onnx({.model = source->run.model,
                                    .first = {functions.at(0), batches.both()[0]},
                                    .second = {functions.at(1), batches.both()[1]},
                                    .variables = variables,
                                    .producer = "sganc",
                                    .version = version(),
                                    .metadata = metadata_of(*source),
                                    .images = images});
  use_given_file([&] { write_file_atomically(request.out, file); });
  if (batches.common > 1)
    terminal.say("the model compares the examples of a batch in groups: give the file a multiple of " +
                 counted(batches.common, "example") + " at a time");
  terminal.out << request.out.string() << "\n";
  return kDone;
}

}  // namespace

extern const ExportFormat onnx_export{
    .name = "onnx",
    .summary = "an ONNX file, for ONNX Runtime in Python, on phones and in browsers",
    .out = "FILE.onnx",
    .add_options = add_options,
    .write = write};

}  // namespace sganc
