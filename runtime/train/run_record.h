#pragma once
// The files of a run while it trains. Of several ranks only rank 0 has a record.

#include <optional>
#include <vector>

#include "runtime/report/metrics.h"
#include "runtime/report/tensorboard.h"
#include "runtime/train/sample.h"
#include "runtime/train/state.h"
#include "runtime/train/trainer.h"

namespace sganc {

/// The metrics of a run that is in that state.
MetricsFile open_metrics(const RunFolder& folder, const TrainingState& state);

/// Every failure is a std::runtime_error.
class RunRecord {
 public:
  /// The folder must be writable. Removes unfinished files. The environment must outlive the record.
  explicit RunRecord(const TrainingEnvironment& environment);

  /// Writes the state of a run that begins, first of all, and then the files of its start.
  void begin(TrainingState& state);

  /// Reads the state of the run that goes on into the executor and the spreads, and opens its metrics. Throws
  /// RefusedResume.
  TrainingState read();

  /// Goes on with the files of that run.
  void go_on(TrainingState& state);

  void add(const StepRecord& step);

  /// Adds the evaluations of an epoch, and its picture if there are images.
  void add(std::int64_t step, std::int64_t epoch, const std::vector<EvalRecord>& records,
           const std::optional<GeneratedImages>& images);

  /// Writes the last weights and the state.
  void save(TrainingState& state);

  /// Writes the checkpoint of an epoch, if it is `due`, and of the best weights, if these are; then saves,
  /// and removes checkpoints that are not kept. The state comes last: a run that is killed earlier resumes
  /// from the state before, and does the end of its epoch again.
  void save_epoch(TrainingState& state, bool due, bool best);

 private:
  void write_lists() const;
  void record_digests(TrainingState& state) const;
  void open_events(const TrainingState& state);
  bool write_picture(std::int64_t epoch, const GeneratedImages& images);
  void remove_old_checkpoints(const TrainingState& state) const;

  const TrainingEnvironment& e_;
  bool metrics_gone_ = false;  // those of a run that goes on
  std::optional<MetricsFile> metrics_;
  std::optional<TensorBoard> events_;
};

/// A message in the log, in place of the live line.
void say(const TrainingEnvironment& environment, const std::string& message);

}  // namespace sganc
