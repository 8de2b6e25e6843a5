#pragma once
// The messages at the start of a training.

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/driver/compilation.h"
#include "compiler/driver/load_data.h"
#include "runtime/data/division.h"
#include "runtime/train/settings.h"
#include "runtime/train/state.h"

namespace sganc {

/// The machine, the data, the labels, the nets, the updates and the length of the training, each on a line.
std::vector<std::string> start_text(const Compiled& compiled, const LoadedData& loaded,
                                    const Division& division, const TrainingSettings& settings, int threads,
                                    const std::filesystem::path& out);

/// Which weights were taken from the file of --init, which were not, and which begin anew.
std::vector<std::string> initial_weights_text(const std::filesystem::path& file,
                                              const MatchedWeights& matched);

}  // namespace sganc
