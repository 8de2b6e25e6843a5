#pragma once
// What is fuzzed: a reader of files, and inputs that it takes.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace sganc::testing {

struct Target {
  std::string name;
  std::string file;                // what the input's file is called
  std::vector<std::string> seeds;  // inputs that are right
  std::vector<std::string> words;  // that likely mistakes are made of
  /// Reads the input. A mistake is told by std::runtime_error or by a sentence of its own; std::logic_error,
  /// and whatever else it throws, is a defect.
  std::function<void(const std::filesystem::path& file)> read;
};

std::vector<Target> data_targets();  // pictures, arrays, labels, checkpoints, metrics
std::vector<Target> text_targets();  // models, overrides, schedules, graphs, expressions

}  // namespace sganc::testing
