#include "runtime/train/update_runner.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <stdexcept>

#include "runtime/execute/operands.h"
#include "runtime/execute/random.h"
#include "runtime/train/state.h"

namespace sganc {

UpdateRunner::UpdateRunner(Executor& executor, const Dataset& dataset, const Division& division,
                           const std::deque<Spread>& spreads, const TrainingUpdate& update,
                           std::uint64_t seed, FunctionRole role)
    : executor_(executor),
      dataset_(dataset),
      update_(update),
      seed_(seed),
      function_(executor.function(role, update.name)),
      tables_(executor, function_, dataset, dataset.train) {
  // A function that sets initial weights draws batches of its own.
  const std::string drawn_by = update.name + (role == FunctionRole::begin ? ".begin" : "");
  const FunctionProgram& function = executor.program().functions[function_.index];
  for (const auto& output : function.outputs)
    if (output.buffer.dtype == DType::f32 && output.buffer.extents.empty()) metrics_.push_back(output.name);
  for (const auto& draw : update.draws) {
    const std::string name = draw.name + ".index";
    if (!has_input(executor, function_, name)) continue;  // drawn but not used
    const auto input = executor.input(function_, name);
    const Input& declared = function.inputs[input.index];
    const Ranks& ranks = executor.ranks();
    const Share share = declared.rows > 0 ? share_of(declared.rows, ranks.rank(), ranks.count())
                                          : Share{0, declared.extents.at(0)};
    const std::int64_t rows = declared.rows > 0 ? declared.rows : share.count;
    const auto stream = draw_stream(drawn_by, draw.name);
    draws_.push_back({.input = input,
                      .stream = stream,
                      .pool = pool_of(division, draw),
                      .spread = spread_of(spreads, draw),
                      .passes = {},
                      .batch = std::vector<std::int32_t>(static_cast<std::size_t>(rows)),
                      .share = share,
                      .indices = std::vector<std::int32_t>(static_cast<std::size_t>(share.count))});
  }
  for (const auto& spread : spreads)
    tables_.add_spread(spread.settings().name, spread.labels(), spread.certainties());
  for (const auto& draw : draws_) tables_.add_batch(draw.input, draw.indices);
  if (has_input(executor, function_, "random.key"))
    executor.bind(executor.input(function_, "random.key"), key_.data());
  find_gradients();
}

/// Sets `moving_`, `gradients_` and `early_metrics_`. An update's function first computes its gradients, and
/// then changes weights and states.
void UpdateRunner::find_gradients() {
  const Program& program = executor_.program();
  const FunctionProgram& function = program.functions[function_.index];
  std::map<std::int64_t, std::size_t> at;  // variables by their offsets
  for (std::size_t i = 0; i < program.variables.size(); ++i) at[program.variables[i].offset] = i;
  const auto is_moved = [&](const Buffer& written) {
    const auto found = at.find(written.offset);
    if (written.space != Space::variables || found == at.end()) return false;
    const VariableSlot& variable = program.variables[found->second];
    return variable.role == Role::weight || variable.role == Role::state;
  };
  std::set<std::int64_t> early;     // offsets in the arena
  std::set<std::size_t> gradients;  // variables; one that ranks share is written, and then summed
  for (moving_ = 0; moving_ < function.steps.size(); ++moving_) {
    const auto written = operands_of(function.steps[moving_]).written;
    if (std::ranges::any_of(written, [&](const Buffer* b) { return is_moved(*b); })) break;
    for (const Buffer* b : written) {
      if (b->space == Space::arena) early.insert(b->offset);
      if (b->space != Space::variables || !at.contains(b->offset)) continue;
      const std::size_t variable = at[b->offset];
      if (program.variables[variable].role == Role::gradient && gradients.insert(variable).second)
        gradients_.push_back(executor_.variable(variable));
    }
  }
  for (const auto& output : function.outputs)
    if (output.buffer.space == Space::arena && early.contains(output.buffer.offset) &&
        std::ranges::find(metrics_, output.name) != metrics_.end())
      early_metrics_.push_back(output.name);
}

SplitImages UpdateRunner::pool_of(const Division& division, const TrainingDraw& draw) const {
  if (!draw.labeled) return images_of(dataset_, division, "train");
  if (division.labelled.empty()) throw std::logic_error("a draw from labelled images, of which are none");
  return {dataset_.train, division.labelled};
}

const Spread* UpdateRunner::spread_of(const std::deque<Spread>& spreads, const TrainingDraw& draw) const {
  if (draw.spread.empty()) return nullptr;
  const auto found =
      std::ranges::find(spreads, draw.spread, [](const Spread& s) { return s.settings().name; });
  if (found == spreads.end()) throw std::logic_error("a draw from " + draw.spread + ", which is not there");
  return &*found;
}

void UpdateRunner::draw(std::int64_t step, std::int64_t repetition) {
  const RandomKey key{seed_, static_cast<std::uint64_t>(step) | static_cast<std::uint64_t>(repetition) << 48};
  key_ = key.words();
  const std::int64_t run = update_.cadence.runs_until(step - 1) + repetition + 1;
  for (auto& draw : draws_) {
    const bool is_spread = draw.spread && draw.spread->is_there();
    const SplitImages pool{dataset_.train, is_spread ? std::span(draw.spread->drawn()) : draw.pool.indices};
    if (update_.replace) {
      draw_from_all(pool.count(), key, draw.stream, draw.batch);
    } else {
      if (draw.passed != pool.count()) draw.passes.emplace(draw.passed = pool.count(), seed_, draw.stream);
      draw.passes->draw(run, draw.batch);
    }
    for (std::size_t i = 0; i < draw.indices.size(); ++i)
      draw.indices[i] = pool.index(draw.batch[static_cast<std::size_t>(draw.share.first) + i]);
  }
  tables_.look_up();
}

bool UpdateRunner::are_finite(const std::vector<std::string>& metrics) const {
  return std::ranges::all_of(
      metrics, [&](const std::string& name) { return all_finite(executor_.output(function_, name)); });
}

std::optional<Metrics> UpdateRunner::run(std::int64_t step, std::int64_t repetition) {
  draw(step, repetition);
  executor_.run_steps(function_, 0, moving_);
  if (!are_finite(early_metrics_) ||
      !std::ranges::all_of(gradients_, [](std::span<const float> g) { return all_finite(g); }))
    return std::nullopt;
  executor_.run_steps(function_, moving_, executor_.program().functions[function_.index].steps.size());
  if (!are_finite(metrics_)) return std::nullopt;
  Metrics metrics;
  for (const auto& name : metrics_) metrics.emplace_back(name, executor_.output(function_, name)[0]);
  return metrics;
}

std::string UpdateRunner::find_not_finite(std::int64_t step, std::int64_t repetition) {
  const auto before = first_not_finite(executor_);
  draw(step, repetition);
  const auto found = first_of_ranks(executor_.run_checked(function_));
  if (found.empty()) return "in a number that it gives";
  return found + (before ? ", where \"" + *before + "\" was not finite before" : "");
}

/// "first in STEP", or, if there are other ranks, "first on rank 2, in STEP": of what the ranks have found,
/// the earliest step, since ranks take over from others what these sum up with them. "" if none has found
/// any.
std::string UpdateRunner::first_of_ranks(const std::optional<std::string>& found) const {
  if (executor_.ranks().alone()) return found ? "first in " + *found : "";
  const auto& steps = executor_.program().functions[function_.index].steps;
  const auto all = executor_.ranks().gather(found.value_or(""));
  for (const auto& step : steps)
    for (std::size_t rank = 0; rank < all.size(); ++rank)
      if (all[rank] == step.name) return "first on rank " + std::to_string(rank) + ", in " + step.name;
  return "";
}

/// Compares bits as integers: without the sign, those of a number that is not finite are those of infinity or
/// more.
bool all_finite(std::span<const float> values) {
  constexpr std::int32_t kWithoutSign = 0x7FFFFFFF, kInfinity = 0x7F800000;
  constexpr std::int64_t kMany = 1 << 16;
  const auto count = static_cast<std::int64_t>(values.size());
  const float* first = values.data();
  std::int32_t most = 0;
#pragma omp parallel for simd reduction(max : most) if (parallel : count > kMany)
  for (std::int64_t i = 0; i < count; ++i)
    most = std::max(most, std::bit_cast<std::int32_t>(first[i]) & kWithoutSign);
  return most < kInfinity;
}

}  // namespace sganc
