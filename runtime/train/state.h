#pragma once
// Stores a Program's variables in files: the weights, and the state that a resume needs. Gradients have a
// meaning only within a training step and are never stored.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/execute/executor.h"
#include "runtime/report/metrics.h"
#include "runtime/spread/diffusion.h"
#include "runtime/train/checkpoint.h"

namespace sganc {

/// The labels of a spread at some step: tensors "spread.NAME.label" i32 {images}, "spread.NAME.certainty" f32
/// {images}.
struct SpreadState {
  std::string name;  // "spread.NAME"
  SpreadLabels labels;
  bool operator==(const SpreadState&) const = default;
};

/// The progress of a run: `step` training steps are done, and `epoch` epochs with their evaluation.
struct TrainingState {
  std::string model;
  std::uint64_t seed = 0;
  std::int64_t step = 0, epoch = 0, steps_per_epoch = 0;
  double seconds = 0;  // of training so far, before and after resumes
  /// The first epoch with the highest validation accuracy; 0 if there is none yet.
  std::int64_t best_epoch = 0;
  double best_accuracy = 0;
  std::optional<MetricsMark> metrics = {};  // the content of metrics.jsonl; absent in files of older versions
  std::vector<SpreadState> spreads = {};    // those whose labels are there
  std::string run = {};                     // Manifest::run() of its labels, classes and data; may be empty
  bool operator==(const TrainingState&) const = default;
};

/// Write, atomically, only the weights, or weights and optimizer states. `state` goes into the metadata.
void save_weights(const std::filesystem::path& path, Executor& executor, const TrainingState& state);
void save_state(const std::filesystem::path& path, Executor& executor, const TrainingState& state);

/// The progress in a state file. Every failure is a std::runtime_error.
TrainingState read_state(const std::filesystem::path& path);

/// Reads all variables and the progress of the run. Like the two functions below, it checks everything before
/// it changes anything. Every failure is a std::runtime_error, and so is a number that is not finite. A file
/// that does not fit the Program is reported as `"PATH" is a checkpoint of another model: ` with the first
/// difference.
TrainingState load_state(const std::filesystem::path& path, Executor& executor);

/// The mark of metrics.jsonl in a state file; nothing if there is no state, or it has no mark.
std::optional<MetricsMark> read_metrics_mark(const std::filesystem::path& path);

/// Reads the weights from a file with or without states. Each weight of the Program must be there; nets that
/// the Program does not have are ignored. Returns the metadata.
CheckpointMetadata load_weights(const std::filesystem::path& path, Executor& executor);

/// The weights of a file and of a Program, by name.
struct MatchedWeights {
  std::vector<std::string> taken;  // at least one
  /// In both, with different shapes or types. These and the missing ones are not changed.
  std::vector<std::string> other_shape;
  std::vector<std::string> missing;  // only in the Program, without averages, which start as the weights
  std::vector<std::string> unused;   // only in the file; empty if the file holds states too
};

/// Reads the weights that the file has with the same name and shape.
MatchedWeights load_matching_weights(const std::filesystem::path& path, Executor& executor);

/// The name of the first stored variable that holds a number which is not finite.
std::optional<std::string> first_not_finite(Executor& executor);

}  // namespace sganc
