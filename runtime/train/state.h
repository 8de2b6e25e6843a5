#pragma once
// A Program's variables in files: weights for whoever wants the model, and the state that a resume needs.
// Gradients live within a step and are never stored.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/execute/executor.h"
#include "runtime/report/metrics.h"
#include "runtime/train/checkpoint.h"

namespace sganc {

/// Where a run is. `step` steps are done, and `epoch` epochs with their evaluation.
struct TrainingState {
  std::string model;
  std::uint64_t seed = 0;
  std::int64_t step = 0, epoch = 0, steps_per_epoch = 0;
  double seconds = 0;           // of training so far, in all sessions
  std::int64_t best_epoch = 0;  // with the highest validation accuracy, the first such; 0: none yet
  double best_accuracy = 0;
  std::optional<MetricsMark> metrics = {};  // what metrics.jsonl held; absent in files of former versions
  std::string run = {};  // which labels, classes and data it is of: Manifest::run(); may be empty
  bool operator==(const TrainingState&) const = default;
};

/// Writes the weights alone, or weights and optimizer states, atomically; `state` goes to the metadata.
void save_weights(const std::filesystem::path& path, Executor& executor, const TrainingState& state);
void save_state(const std::filesystem::path& path, Executor& executor, const TrainingState& state);

/// Where the run was that wrote this state. Every failure is a std::runtime_error.
TrainingState read_state(const std::filesystem::path& path);

/// Reads all variables back, and where the run was. Like the two below it checks everything before it changes
/// anything; every failure is a std::runtime_error, and so is a number that is not finite. What does not fit
/// the Program is reported as `"PATH" is a checkpoint of another model: ` and the first difference.
TrainingState load_state(const std::filesystem::path& path, Executor& executor);

/// What the state in that file says of metrics.jsonl; nothing where there is no state or it does not say.
std::optional<MetricsMark> read_metrics_mark(const std::filesystem::path& path);

/// Reads the weights from a file of either kind: each weight of the Program must be there. Nets of the file
/// that the Program does not have are left out. Gives what the file says of itself.
CheckpointMetadata load_weights(const std::filesystem::path& path, Executor& executor);

/// The weights of a file and of a Program, by name.
struct MatchedWeights {
  std::vector<std::string> taken;  // at least one
  std::vector<std::string>
      other_shape;                   // in both, but not alike: these and the missing ones stay as they were
  std::vector<std::string> missing;  // in the Program alone; averages aside, which begin as the weights
  std::vector<std::string> unused;   // in the file alone; not told where the file holds states too
};

/// Reads those weights that the file has by name and in the same shape.
MatchedWeights load_matching_weights(const std::filesystem::path& path, Executor& executor);

/// The name of the first stored variable that holds a number which is not finite.
std::optional<std::string> first_not_finite(Executor& executor);

}  // namespace sganc
