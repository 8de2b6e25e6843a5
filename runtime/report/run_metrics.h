#pragma once
// What a run's metrics.jsonl says of it so far, for those who compare runs.

#include <filesystem>
#include <vector>

#include "runtime/report/metrics.h"

namespace sganc {

struct RunMetrics {
  std::int64_t steps = 0;  // done
  double seconds = 0;      // of training
  std::vector<EvalRecord> evaluations;

  /// The last evaluation of a split, or nullptr.
  const EvalRecord* last(const std::string& split) const;
  /// That of the highest accuracy, the first of equals, or nullptr.
  const EvalRecord* best(const std::string& split) const;
  /// The splits that were evaluated: train, validation, test, then any other by name.
  std::vector<std::string> splits() const;
};

/// The same order for the splits of several runs, each once.
std::vector<std::string> ordered_splits(std::vector<std::string> splits);

/// Reads the file of a run that may still be going on: a line that is being written does not count, and a
/// missing file is a run without a step. A line that is no record throws std::runtime_error "PATH:LINE: ...".
RunMetrics read_metrics(const std::filesystem::path& path);

/// Whether the file, of complete lines, holds an evaluation on that split after that epoch.
bool holds_evaluation(const std::filesystem::path& path, const std::string& split, std::int64_t epoch);

}  // namespace sganc
