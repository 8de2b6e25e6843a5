#pragma once
// A table of runs: the model, the progress and the accuracies of each.

#include <optional>

#include "compiler/driver/terminal.h"
#include "runtime/report/run_metrics.h"

namespace sganc {

struct RunRow {
  std::string path;  // as given
  std::string run;   // the folder's name
  std::string model;
  std::optional<std::int64_t> labels;  // the number of labelled images, once they are chosen
  std::int64_t seed = 0;
  std::int64_t steps_per_epoch = 1;
  RunMetrics metrics;

  std::int64_t epochs() const { return metrics.steps / steps_per_epoch; }  // complete epochs
};

/// Reads the run in a folder. Throws UserError, which names the folder, if it holds none. Prints mistakes in
/// its resolved.toml and returns nothing.
std::optional<RunRow> read_run(const std::string& folder, Terminal& terminal);

/// A name for each run that tells it from the others: of their folders, or their paths if folders have the
/// same name.
std::vector<std::string> distinct_names(const std::vector<RunRow>& runs);

/// One line for each run, in the given order. For a single run also the accuracies of each epoch.
std::string to_text(const std::vector<RunRow>& runs);

/// One JSON object, and a newline.
std::string to_json(const RunRow& run);

}  // namespace sganc
