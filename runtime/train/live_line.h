#pragma once
// The text of the live line while a run trains.

#include <cstdint>
#include <string>

#include "runtime/report/metrics.h"
#include "runtime/train/settings.h"

namespace sganc {

/// The recent time of steps and evaluations, to estimate the time that is left.
class Pace {
 public:
  void add_step(double seconds);
  void add_evaluation(double seconds) { evaluation_ = seconds; }
  double steps_per_second() const { return step_ > 0 ? 1 / step_ : 0; }
  double seconds_left(std::int64_t steps, std::int64_t evaluations) const {
    return static_cast<double>(steps) * step_ + static_cast<double>(evaluations) * evaluation_;
  }

 private:
  double step_ = 0, evaluation_ = 0;  // in seconds; that of a step is smoothed over about the last twenty
};

/// `epoch 3/20  step 1342/12000  c 0.012 (100%)  d_real 0.61  g 1.1  712 images/s  42 min left`
std::string live_text(const StepRecord& record, const TrainingSettings& settings, const Pace& pace);

/// The losses of a step, with accuracies if there are any: `c 0.012 (100%)  d_real 0.61`.
std::string losses_text(const StepRecord& record);

/// `1 epoch`, `20 epochs`.
std::string epochs_text(std::int64_t count);

}  // namespace sganc
