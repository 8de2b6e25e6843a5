#include "runtime/train/begin_weights.h"

#include "runtime/train/update_runner.h"

namespace sganc {

void begin_weights(Executor& executor, const Dataset& dataset, const Division& division,
                   const TrainingPlan& plan) {
  for (TrainingUpdate update : plan.updates) {
    update.name += ".begin";
    if (executor.program().function(update.name))
      UpdateRunner(executor, dataset, division, update, plan.seed).run(0);
  }
}

}  // namespace sganc
