#include "runtime/deploy/exported_program.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/deploy/program_json.h"
#include "runtime/execute/processor.h"
#include "runtime/system/files.h"
#include "runtime/system/folders.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// The version of the format. It changes with every change of Program, of what its steps mean, or of the
/// functions that kernels call.
constexpr int kFormat = 1;

constexpr const char *kProgram = "program.json", *kKernels = "kernels.so", *kWeights = "weights.safetensors";

Json json_of(const FolderReading& pictures, const ImageReading& arrays) {
  Json json = {{"shape", pictures.shape},
               {"fit", pictures.fit == Fit::stretch ? "stretch" : "crop"},
               {"background", pictures.background},
               {"transposed", arrays.transposed}};
  if (arrays.values) json["values"] = *arrays.values;
  return json;
}

void read_images(const Json& json, ExportedProgram& exported) {
  json.at("shape").get_to(exported.pictures.shape);
  exported.pictures.fit = json.at("fit") == "stretch" ? Fit::stretch : Fit::crop;
  json.at("background").get_to(exported.pictures.background);
  json.at("transposed").get_to(exported.arrays.transposed);
  if (json.contains("values")) exported.arrays.values = json["values"].get<std::array<double, 2>>();
}

Json json_of(const ExportedProgram& exported) {
  return {{"format", kFormat},
          {"sganc", exported.version},
          {"checkpoint", exported.checkpoint},
          {"instructions", exported.instructions},
          {"threads", exported.threads},
          {"images", json_of(exported.pictures, exported.arrays)},
          {"range", {exported.range_low, exported.range_high}},
          {"seed", exported.seed},
          {"classes", exported.classes},
          {"program", json_of(exported.program)}};
}

ExportedProgram read(const Json& json) {
  ExportedProgram exported;
  json.at("sganc").get_to(exported.version);
  json.at("checkpoint").get_to(exported.checkpoint);
  json.at("instructions").get_to(exported.instructions);
  json.at("threads").get_to(exported.threads);
  read_images(json.at("images"), exported);
  json.at("range").at(0).get_to(exported.range_low);
  json.at("range").at(1).get_to(exported.range_high);
  json.at("seed").get_to(exported.seed);
  json.at("classes").get_to(exported.classes);
  exported.program = program_of(json.at("program"));
  return exported;
}

/// The file program.json as JSON, if it has this version of the format.
Json program_file(const fs::path& folder) {
  const fs::path file = folder / kProgram;
  if (!fs::exists(file))
    throw std::runtime_error(folder.string() + ": holds no exported program: there is no " + kProgram +
                             "; sganc export RUN --to program --out DIR writes one");
  try {
    Json json = Json::parse(read_file(file));
    if (const int format = json.at("format"); format != kFormat)
      throw std::runtime_error(file.string() + ": was written by sganc " +
                               json.at("sganc").get<std::string>() + " in format " + std::to_string(format) +
                               ", and this program reads format " + std::to_string(kFormat) +
                               "; export the run again");
    return json;
  } catch (const Json::exception&) {
    throw std::runtime_error(file.string() + ": is damaged");
  }
}

void require_processor(const fs::path& folder, const std::vector<std::string>& instructions) {
  const Processor here = this_processor();
  std::string missing;
  for (const auto& instruction : instructions)
    if (std::ranges::find(here.instructions, instruction) == here.instructions.end())
      missing += (missing.empty() ? "" : ", ") + instruction;
  if (!missing.empty())
    throw std::runtime_error(folder.string() + ": its kernels need instructions that this processor (" +
                             here.name + ") does not have: " + missing +
                             "; export the run on this machine, or with --schedule avx2 or baseline");
}

}  // namespace

void write_exported_program(const fs::path& folder, const ExportedProgram& exported,
                            const Checkpoint& weights) {
  FolderFiles files;
  files[kProgram] = json_of(exported).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (!exported.program.kernel_library.empty()) files[kKernels] = read_file(exported.program.kernel_library);
  std::vector<CheckpointTensor> tensors;
  for (const auto& variable : exported.program.variables) {
    const auto* tensor = weights.find(variable.name);
    if (!tensor || tensor->shape != variable.extents)
      throw std::runtime_error("the checkpoint has no weight " + variable.name + " of the model's shape");
    tensors.push_back(*tensor);
  }
  files[kWeights] = checkpoint_bytes(tensors, weights.metadata());
  add_digests(files);
  write_folder_atomically(folder, files);
}

ExportedProgram read_exported_program(const fs::path& folder) {
  const Json json = program_file(folder);
  check_digests(folder);
  try {
    ExportedProgram exported = read(json);
    require_processor(folder, exported.instructions);
    if (fs::exists(folder / kKernels)) exported.program.kernel_library = fs::absolute(folder / kKernels);
    return exported;
  } catch (const Json::exception& error) {
    throw std::runtime_error((folder / kProgram).string() + ": is damaged: " + error.what());
  }
}

fs::path weights_of_exported_program(const fs::path& folder) {
  return folder / kWeights;
}

}  // namespace sganc
