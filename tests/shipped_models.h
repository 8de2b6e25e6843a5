#pragma once
// The files of models/, and how each becomes small enough for the reference.

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "compiler/language/model.h"
#include "runtime/system/files.h"

namespace sganc {

inline const std::filesystem::path kModels = SGANC_SOURCE_DIR "/models";
inline constexpr std::int64_t kFewer = 12;  // channels, if the file has more

/// The files of models/, without their ending.
inline std::vector<std::string> shipped_models() {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(kModels))
    if (entry.path().extension() == ".toml")
      names.push_back(fs::relative(entry.path(), kModels).replace_extension());
  std::ranges::sort(names);
  return names;
}

/// Whether the file changes another one, as `extends` says. Such models run under two schedules alone: what
/// they share runs under all of them.
inline bool is_variant(const std::string& model) {
  return read_file(kModels / (model + ".toml")).find("\nextends") != std::string::npos;
}

inline std::int64_t fewer(std::int64_t channels) {
  return std::min(channels, kFewer);
}

/// Returns overrides that make a model small, with batches of `batch`, and keep rounding errors from deciding
/// anything: steps of Adam by the sign of a gradient, leaky_relu and relu by the sign of an input near their
/// kink. A leaky_relu that is nearly linear between two norms would leave nothing of the first one's bias but
/// rounding errors, which show in bf16.
inline std::vector<std::string> smaller(const Model& model, int batch, bool in_bf16) {
  std::vector<std::string> overrides;
  for (const auto& net : model.nets) {
    std::int64_t grown = 0;  // the units of a dense layer before a reshape
    for (auto layer = net.layers.rbegin(); layer != net.layers.rend(); ++layer) {
      const std::string path = "net." + net.name + ".layers." + layer->name + ".";
      const std::string place =
          "net." + net.name + ".layers." + std::to_string(net.layers.rend() - layer - 1);
      const auto before = std::next(layer);
      const bool after_norm = before != net.layers.rend() && before->kind == "batch_norm";
      if (layer->keys.has("filters"))
        overrides.push_back(path + "filters=" + std::to_string(fewer(layer->keys.integer("filters"))));
      if (layer->kind == "leaky_relu" && after_norm && in_bf16)
        overrides.push_back(place + "={ kind = \"softplus\" }");
      else if (layer->keys.has("slope"))
        overrides.push_back(path + "slope=0.999");
      if (layer->kind == "relu") overrides.push_back(place + ".kind=\"softplus\"");
      if (layer->keys.has("shape")) {
        const auto& shape = layer->keys.integers("shape");
        grown = shape.at(0) * shape.at(1) * fewer(shape.at(2));
        overrides.push_back(path + "shape=[" + std::to_string(shape[0]) + "," + std::to_string(shape[1]) +
                            "," + std::to_string(fewer(shape[2])) + "]");
      }
      if (layer->keys.has("units")) {
        const auto units = fewer(layer->keys.integer("units"));
        overrides.push_back(path + "units=" + std::to_string(grown > 0 ? std::exchange(grown, 0) : units));
      }
    }
  }
  for (const auto& update : model.updates)
    for (const auto& draw : update.draws)
      overrides.push_back("update." + update.name + ".draw." + draw.name.value + "=\"" + draw.source.value +
                          " " + std::to_string(batch) + "\"");
  for (const auto& optimizer : model.optimizers)
    if (optimizer.kind == "adam")
      overrides.insert(overrides.end(), {"optimizer." + optimizer.name + ".rate=1e-2",
                                         "optimizer." + optimizer.name + ".epsilon=1e-3"});
  return overrides;
}

}  // namespace sganc
