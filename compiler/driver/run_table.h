#pragma once
// Runs beside each other: what each was of, how far it came, how good it is.

#include <optional>

#include "compiler/driver/terminal.h"
#include "runtime/report/run_metrics.h"

namespace sganc {

struct RunRow {
  std::string path;  // as given
  std::string run;   // the folder's name
  std::string model;
  std::optional<std::int64_t> labels;  // labelled images, once they are chosen
  std::int64_t seed = 0;
  std::int64_t steps_per_epoch = 1;
  RunMetrics metrics;

  std::int64_t epochs() const { return metrics.steps / steps_per_epoch; }  // whole ones
};

/// Reads the run of a folder. Throws UserError, naming the folder, where it holds none. Mistakes in its
/// resolved.toml are printed and give nothing.
std::optional<RunRow> read_run(const std::string& folder, Terminal& terminal);

/// A line a run, in the order given; of a single run also the accuracies of each epoch.
std::string to_text(const std::vector<RunRow>& runs);

/// One JSON object, and a newline.
std::string to_json(const RunRow& run);

}  // namespace sganc
