#pragma once
// The settings of a training run as plain values, which the driver fills in from the declared model.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/program.h"
#include "runtime/spread/settings.h"

namespace sganc {

/// A batch of images that an update draws each time it runs: the function's input "NAME.index". The function
/// itself makes latent points and classes.
struct TrainingDraw {
  std::string name;
  bool labeled = false;     // from the labelled images only, else from all
  std::string spread = {};  // or from the images of a spread: its name, "spread.NAME"
};

/// One of the alternating updates: the Program's function of that name. Its outputs with one number are its
/// metrics, among them "loss".
struct TrainingUpdate {
  std::string name;
  std::vector<TrainingDraw> draws;
  /// Examples in one run of the update, latent points included, for the displayed speed.
  std::int64_t count = 0;
  bool replace = true;  // images are drawn with replacement, else in passes over all of them
  Cadence cadence = {};
};

struct TrainingSettings {
  std::string model_name;
  std::vector<TrainingUpdate> updates;  // in the order in which each step runs them
  std::vector<SpreadSettings> spreads = {};
  std::int64_t epochs = 1, steps_per_epoch = 1;
  double checkpoint_minutes = 5;  // between the checkpoints within an epoch
  /// How many epochs' checkpoints are kept, the latest ones; all if absent.
  std::optional<std::int64_t> keep = {};
  std::uint64_t seed = 0;  // of all draws
  double range_low = -1, range_high = 1;
  std::vector<std::string> splits;  // the evaluated splits: train, validation, test
  /// The number of epochs from one evaluation, with a picture and a kept checkpoint, to the next.
  std::int64_t evaluate_every = 1;
  bool classifier = false;   // the Program has `classify`
  bool generator = false;    // the Program has `sample`
  bool tensorboard = false;  // writes event files

  std::int64_t steps() const { return epochs * steps_per_epoch; }

  /// Whether there is an evaluation, a picture and a kept checkpoint after that epoch, counted from 1.
  bool evaluates_after(std::int64_t epoch) const { return epoch % evaluate_every == 0 || epoch == epochs; }
  /// The number of such epochs from `epoch` on.
  std::int64_t evaluations_from(std::int64_t epoch) const {
    return epochs / evaluate_every - (epoch - 1) / evaluate_every + (epochs % evaluate_every != 0);
  }

  /// Whether any update asks for labelled images, or a spread begins from them.
  bool uses_labels() const {
    return !spreads.empty() || std::ranges::any_of(updates, [](const TrainingUpdate& update) {
      return std::ranges::any_of(update.draws, &TrainingDraw::labeled);
    });
  }
  /// Whether the checkpoint with the highest validation accuracy is kept.
  bool keeps_best() const { return classifier && std::ranges::count(splits, "validation") > 0; }
};

}  // namespace sganc
