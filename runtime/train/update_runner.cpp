#include "runtime/train/update_runner.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "runtime/execute/random.h"
#include "runtime/train/bind_data.h"
#include "runtime/train/state.h"

namespace sganc {

UpdateRunner::UpdateRunner(Executor& executor, const Dataset& dataset, const Division& division,
                           const TrainingUpdate& update, std::uint64_t seed)
    : executor_(executor),
      dataset_(dataset),
      update_(update),
      seed_(seed),
      function_(executor.function(update.name)) {
  const FunctionProgram& function = executor.program().functions[function_.index];
  for (const auto& output : function.outputs)
    if (output.buffer.dtype == DType::f32 && output.buffer.extents.empty()) metrics_.push_back(output.name);
  for (const auto& draw : update.draws) {
    const std::string name = draw.variable + ".index";
    if (!has_input(executor, function_, name)) continue;  // drawn but not used
    const auto input = executor.input(function_, name);
    const auto count = static_cast<std::size_t>(function.inputs[input.index].extents.at(0));
    const auto stream = draw_stream(update.name, draw.variable);
    const auto pool = pool_of(division, draw);
    std::optional<PassDraw> passes;
    if (!update.replace) passes.emplace(pool.count(), seed, stream);
    draws_.push_back({input, stream, pool, std::move(passes), std::vector<std::int32_t>(count)});
  }
  for (const auto& draw : draws_) executor.bind(draw.input, draw.indices.data());
  if (has_input(executor, function_, "random.key"))
    executor.bind(executor.input(function_, "random.key"), key_.data());
  bind_data(executor, function_, dataset, dataset.train);
}

SplitImages UpdateRunner::pool_of(const Division& division, const TrainingDraw& draw) const {
  if (!draw.labeled) return images_of(dataset_, division, "train");
  if (division.labelled.empty()) throw std::logic_error("a draw from labelled images, of which are none");
  return {dataset_.train, division.labelled};
}

void UpdateRunner::draw(std::int64_t step, std::int64_t repetition) {
  const RandomKey key{seed_, static_cast<std::uint64_t>(step) | static_cast<std::uint64_t>(repetition) << 48};
  key_ = key.words();
  const std::int64_t run = update_.cadence.runs_until(step - 1) + repetition + 1;
  for (auto& draw : draws_) {
    if (draw.passes)
      draw.passes->draw(run, draw.indices);
    else
      draw_from_all(draw.pool.count(), key, draw.stream, draw.indices);
    for (auto& index : draw.indices) index = draw.pool.index(index);
  }
}

Metrics UpdateRunner::run(std::int64_t step, std::int64_t repetition) {
  draw(step, repetition);
  executor_.run(function_);
  Metrics metrics;
  for (const auto& name : metrics_) metrics.emplace_back(name, executor_.output(function_, name)[0]);
  return metrics;
}

std::string UpdateRunner::find_not_finite(std::int64_t step, std::int64_t repetition) {
  const auto before = first_not_finite(executor_);
  draw(step, repetition);
  const auto found = executor_.run_checked(function_);
  if (!found) return "in a number that it gives";
  return "first in " + *found + (before ? ", where \"" + *before + "\" was not finite before" : "");
}

bool all_finite(const Metrics& metrics) {
  return std::ranges::all_of(metrics, [](const auto& metric) { return std::isfinite(metric.second); });
}

}  // namespace sganc
