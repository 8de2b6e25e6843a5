#pragma once
// What a training run does, as plain values: filled by the driver from the declared model.

#include <cstdint>
#include <string>
#include <vector>

namespace sganc {

/// A batch of images that an update draws each step: the function's input "VARIABLE.index". Latent points
/// need nothing of the host.
struct TrainingDraw {
  std::string variable;
  bool labeled = false;  // from the labelled images alone, else from all
};

/// One of the alternating updates: the Program's function of that name. Its outputs that are single numbers
/// are the metrics, "loss" among them.
struct TrainingUpdate {
  std::string name;
  std::vector<TrainingDraw> draws;
  std::int64_t count = 0;  // examples of a step, latent ones too: for the speed that is shown
};

struct TrainingPlan {
  std::string model_name;
  std::vector<TrainingUpdate> updates;  // in the order in which each step runs them
  std::int64_t epochs = 1, steps_per_epoch = 1;
  double checkpoint_minutes = 5;      // between the checkpoints within an epoch
  std::uint64_t seed = 0;             // of all draws
  std::int64_t labels_per_class = 1;  // labelled images of each class
  double range_low = -1, range_high = 1;
  std::vector<std::string> splits;  // evaluated after each epoch: train, test
  bool classifier = false;          // the Program has `classify`
  bool generator = false;           // the Program has `sample`

  std::int64_t steps() const { return epochs * steps_per_epoch; }
};

}  // namespace sganc
