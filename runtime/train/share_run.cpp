#include "runtime/train/share_run.h"

#include <zlib.h>

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

std::span<std::byte> bytes_of(Executor& executor, std::size_t variable) {
  if (executor.program().variables[variable].dtype == DType::f32)
    return std::as_writable_bytes(executor.variable<float>(variable));
  return std::as_writable_bytes(executor.variable<std::int32_t>(variable));
}

}  // namespace

void share_variables(Executor& executor) {
  if (executor.ranks().alone()) return;
  for (std::size_t i = 0; i < executor.program().variables.size(); ++i)
    executor.ranks().broadcast(bytes_of(executor, i));
}

std::vector<int> strayed_ranks(Executor& executor) {
  std::vector<int> strayed;
  if (executor.ranks().alone()) return strayed;
  uLong sum = crc32(0, nullptr, 0);
  const auto& variables = executor.program().variables;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (variables[i].role == Role::gradient) continue;
    const auto bytes = bytes_of(executor, i);
    sum = crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  }
  const auto sums = executor.ranks().gather(std::to_string(sum));
  for (std::size_t rank = 1; rank < sums.size(); ++rank)
    if (sums[rank] != sums[0]) strayed.push_back(static_cast<int>(rank));
  return strayed;
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
