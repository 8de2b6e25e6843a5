#include "runtime/train/begin_weights.h"

#include "runtime/train/update_runner.h"

namespace sganc {

void begin_weights(Executor& executor, const Dataset& dataset, const Division& division,
                   const TrainingPlan& plan) {
  for (const TrainingUpdate& update : plan.updates)
    if (executor.program().function(FunctionRole::begin, update.name))
      UpdateRunner(executor, dataset, division, update, plan.seed, FunctionRole::begin).run(0);
}

}  // namespace sganc
