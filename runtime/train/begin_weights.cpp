#include "runtime/train/begin_weights.h"

#include "runtime/train/update_runner.h"

namespace sganc {

void begin_weights(Executor& executor, const Dataset& dataset, const Division& division,
                   const std::deque<Spread>& spreads, const TrainingSettings& settings) {
  for (const TrainingUpdate& update : settings.updates)
    if (executor.program().function(FunctionRole::begin, update.name))
      UpdateRunner(executor, dataset, division, spreads, update, settings.seed, FunctionRole::begin).run(0);
}

}  // namespace sganc
