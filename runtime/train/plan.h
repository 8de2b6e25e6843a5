#pragma once
// What a training run does, as plain values: filled by the driver from the declared model.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/program.h"

namespace sganc {

/// A batch of images that an update draws each step: the function's input "VARIABLE.index". Latent points
/// and classes need nothing of the host.
struct TrainingDraw {
  std::string variable;
  bool labeled = false;  // from the labelled images alone, else from all
};

/// One of the alternating updates: the Program's function of that name. Its outputs that are single numbers
/// are the metrics, "loss" among them.
struct TrainingUpdate {
  std::string name;
  std::vector<TrainingDraw> draws;
  std::int64_t count = 0;  // examples of a run, latent ones too: for the speed that is shown
  bool replace = true;     // images are drawn with replacement, else in passes through all of them
  Cadence cadence = {};
};

struct TrainingPlan {
  std::string model_name;
  std::vector<TrainingUpdate> updates;  // in the order in which each step runs them
  std::int64_t epochs = 1, steps_per_epoch = 1;
  double checkpoint_minutes = 5;          // between the checkpoints within an epoch
  std::optional<std::int64_t> keep = {};  // so many epochs' checkpoints, the last ones; all where absent
  std::uint64_t seed = 0;                 // of all draws
  double range_low = -1, range_high = 1;
  std::vector<std::string> splits;  // that are evaluated: train, validation, test
  std::int64_t evaluate_every = 1;  // epochs from one evaluation, picture and kept checkpoint to the next
  bool classifier = false;          // the Program has `classify`
  bool generator = false;           // the Program has `sample`

  std::int64_t steps() const { return epochs * steps_per_epoch; }

  /// Whether accuracy is measured, a picture drawn and a checkpoint kept after that epoch, counted from 1.
  bool evaluates_after(std::int64_t epoch) const { return epoch % evaluate_every == 0 || epoch == epochs; }
  /// After how many of the epochs from that one on.
  std::int64_t evaluations_from(std::int64_t epoch) const {
    return epochs / evaluate_every - (epoch - 1) / evaluate_every + (epochs % evaluate_every != 0);
  }

  /// Whether any update asks for labelled images.
  bool draws_labeled() const {
    return std::ranges::any_of(updates, [](const TrainingUpdate& update) {
      return std::ranges::any_of(update.draws, &TrainingDraw::labeled);
    });
  }
  /// Whether the checkpoint with the highest validation accuracy is kept.
  bool keeps_best() const { return classifier && std::ranges::count(splits, "validation") > 0; }
};

}  // namespace sganc
