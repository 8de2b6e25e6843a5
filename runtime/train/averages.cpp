#include "runtime/train/averages.h"

#include "runtime/execute/random.h"

namespace sganc {

Averages::Averages(Executor& executor) : executor_(executor) {
  if (!executor.program().function(FunctionRole::average)) return;
  function_ = executor.function(FunctionRole::average);
  executor.bind(executor.input(*function_, "random.key"), key_.data());
}

void Averages::move(std::int64_t step) {
  if (!function_) return;
  key_ = RandomKey{0, static_cast<std::uint64_t>(step)}.words();
  executor_.run(*function_);
}

}  // namespace sganc
