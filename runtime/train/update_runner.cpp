#include "runtime/train/update_runner.h"

#include <algorithm>
#include <cmath>

#include "runtime/data/batches.h"
#include "runtime/execute/random.h"
#include "runtime/train/bind_data.h"
#include "runtime/train/state.h"

namespace sganc {

UpdateRunner::UpdateRunner(Executor& executor, const Dataset& dataset, const TrainingUpdate& update,
                           std::span<const std::int32_t> labelled, std::uint64_t seed)
    : executor_(executor),
      dataset_(dataset),
      update_(update),
      labelled_(labelled),
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
    draws_.push_back(
        {input, draw_stream(update.name, draw.variable), draw.labeled, std::vector<std::int32_t>(count)});
  }
  for (const auto& draw : draws_) executor.bind(draw.input, draw.indices.data());
  if (has_input(executor, function_, "random.key"))
    executor.bind(executor.input(function_, "random.key"), key_.data());
  bind_data(executor, function_, dataset, dataset.train);
}

void UpdateRunner::draw(std::int64_t step) {
  const RandomKey key{seed_, static_cast<std::uint64_t>(step)};
  key_ = key.words();
  for (auto& draw : draws_) {
    if (draw.labeled)
      draw_from(labelled_, key, draw.stream, draw.indices);
    else
      draw_from_all(dataset_.train.count, key, draw.stream, draw.indices);
  }
}

Metrics UpdateRunner::run(std::int64_t step) {
  draw(step);
  executor_.run(function_);
  Metrics metrics;
  for (const auto& name : metrics_) metrics.emplace_back(name, executor_.output(function_, name)[0]);
  return metrics;
}

std::string UpdateRunner::find_not_finite(std::int64_t step) {
  const auto before = first_not_finite(executor_);
  draw(step);
  const auto found = executor_.run_checked(function_);
  if (!found) return "in a number that it gives";
  return "first in " + *found + (before ? ", where \"" + *before + "\" was not finite before" : "");
}

bool all_finite(const Metrics& metrics) {
  return std::ranges::all_of(metrics, [](const auto& metric) { return std::isfinite(metric.second); });
}

}  // namespace sganc
