#pragma once
// What one run of a study reaches, and the table of all of them.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sganc {

struct StudyConfusion {
  std::string label, predicted;  // names of classes
  std::int64_t images = 0;
};

struct StudyResult {
  std::int64_t draw = 0, seed = 0;
  std::string split;
  std::int64_t wrong = 0, examples = 0;
  double minutes = 0;                           // of training
  std::string model;                            // a digest of the model, without the two seeds
  std::string machine;                          // processor and threads
  std::vector<StudyConfusion> confusions = {};  // the most frequent ones

  double error() const { return static_cast<double>(wrong) / static_cast<double>(examples); }
};

/// Writes a result as one JSON object, and reads it. Throws std::runtime_error, which names the file.
void write_result(const std::filesystem::path& file, const StudyResult& result);
StudyResult read_result(const std::filesystem::path& file);

/// All that a study has measured on one split.
struct StudyTable {
  std::string model, split;
  std::vector<StudyResult> results;
  std::vector<std::string> failures = {};     // runs that failed, each with its reason
  std::optional<std::int64_t> ensemble = {};  // images that the mean of all runs' probabilities gets wrong

  double mean() const;  // of the wrong images
  /// The sample standard deviation; 0 of one run.
  double deviation() const;
};

std::string to_text(const StudyTable& table);
std::string to_markdown(const StudyTable& table);
std::string to_json(const StudyTable& table);

}  // namespace sganc
