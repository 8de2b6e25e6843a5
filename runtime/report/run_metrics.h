#pragma once
// Reads a run's metrics.jsonl, to compare runs.

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
  /// The evaluation with the highest accuracy, the first of equal ones, or nullptr.
  const EvalRecord* best(const std::string& split) const;
  /// The splits that were evaluated: train, validation, test, then any other by name.
  std::vector<std::string> splits() const;
};

/// The splits of several runs in the same order, each once.
std::vector<std::string> ordered_splits(std::vector<std::string> splits);

/// Reads the file of a run that may still be training. An incomplete last line does not count, and a missing
/// file means a run without a step. Throws std::runtime_error "PATH:LINE: ..." for a line that is no record.
RunMetrics read_metrics(const std::filesystem::path& path);

/// Whether the file holds an evaluation on that split after that epoch. All its lines must be complete.
bool holds_evaluation(const std::filesystem::path& path, const std::string& split, std::int64_t epoch);

}  // namespace sganc
