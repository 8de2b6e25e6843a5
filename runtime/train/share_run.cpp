#include "runtime/train/share_run.h"

#include <span>

namespace sganc {
namespace {

template <class Number>
void share(Ranks& ranks, std::vector<Number>& numbers) {
  std::uint64_t count = numbers.size();
  ranks.broadcast(std::as_writable_bytes(std::span(&count, 1)));
  numbers.resize(count);
  ranks.broadcast(std::as_writable_bytes(std::span(numbers)));
}

template <class Number>
void share(Ranks& ranks, Number& number) {
  ranks.broadcast(std::as_writable_bytes(std::span(&number, 1)));
}

}  // namespace

void share_variables(Executor& executor) {
  Ranks& ranks = executor.ranks();
  if (ranks.alone()) return;
  const auto& variables = executor.program().variables;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (variables[i].dtype == DType::f32)
      ranks.broadcast(std::as_writable_bytes(executor.variable<float>(i)));
    else
      ranks.broadcast(std::as_writable_bytes(executor.variable<std::int32_t>(i)));
  }
}

void share_run(Executor& executor, std::deque<Spread>& spreads, TrainingState& state) {
  Ranks& ranks = executor.ranks();
  if (ranks.alone()) return;
  share_variables(executor);
  share(ranks, state.step), share(ranks, state.epoch), share(ranks, state.seconds);
  share(ranks, state.best_epoch), share(ranks, state.best_accuracy);
  for (auto& spread : spreads) {
    int there = spread.is_there();
    share(ranks, there);
    if (there == 0) continue;
    SpreadLabels labels = spread.state();
    share(ranks, labels.label);
    share(ranks, labels.certainty);
    if (!ranks.leads()) spread.restore(labels);
  }
}

}  // namespace sganc
