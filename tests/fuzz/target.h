#pragma once
// A target of the fuzzer: a reader of files, and inputs that it accepts.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace sganc::testing {

struct Target {
  std::string name;
  std::string file;                // what the input's file is called
  std::vector<std::string> seeds;  // inputs that are right
  std::vector<std::string> words;  // of which likely mistakes are made
  /// Reads the input. A mistake in it gives a std::runtime_error or a message. Whatever else is thrown,
  /// such as std::logic_error, is a defect.
  std::function<void(const std::filesystem::path& file)> read;
};

std::vector<Target> data_targets();  // pictures, arrays, labels, checkpoints, metrics
std::vector<Target> text_targets();  // models, overrides, schedules, graphs, expressions

}  // namespace sganc::testing
