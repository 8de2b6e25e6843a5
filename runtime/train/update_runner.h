#pragma once
// Runs one of the updates: draws its batch, runs its function, reads its metrics.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runtime/data/batch_tables.h"
#include "runtime/data/batches.h"
#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/spread/spread.h"
#include "runtime/system/share.h"
#include "runtime/train/settings.h"

namespace sganc {

using Metrics = std::vector<std::pair<std::string, float>>;  // in the order of the function's outputs

class UpdateRunner {
 public:
  /// All arguments must outlive the runner. A draw from a spread takes all images until its labels are there.
  /// Throws std::runtime_error if the images do not fit the function.
  UpdateRunner(Executor& executor, const Dataset& dataset, const Division& division,
               const std::deque<Spread>& spreads, const TrainingUpdate& update, std::uint64_t seed,
               FunctionRole role = FunctionRole::update);
  UpdateRunner(const UpdateRunner&) = delete;
  UpdateRunner& operator=(const UpdateRunner&) = delete;

  const TrainingUpdate& update() const { return update_; }

  /// Runs the update in a training step, counted from 1, as repetition number `repetition`, counted from 0.
  /// Its draws are a function of seed, step and repetition, and the same on all ranks, each of which takes
  /// its share of them. Returns nothing if a metric or a gradient is not finite. Then no weight has changed,
  /// unless only a metric that is computed later is not finite.
  std::optional<Metrics> run(std::int64_t step, std::int64_t repetition = 0);

  /// After `run` has returned nothing, runs the update again, step by step, and says which step was the first
  /// to write a number that is not finite: `first in generator.conv_1.forward`, or `first on rank 2, in ...`.
  /// All ranks say the same. The variables cannot be used afterwards.
  std::string find_not_finite(std::int64_t step, std::int64_t repetition = 0);

 private:
  struct BoundDraw {
    Executor::InputId input;
    std::uint32_t stream = 0;
    SplitImages pool;
    const Spread* spread = nullptr;     // from which it draws instead, once its labels are there
    std::optional<PassDraw> passes;     // if it draws without replacement
    std::int64_t passed = 0;            // the number of images for which these passes were made
    std::vector<std::int32_t> batch;    // drawn, for all ranks
    Share share;                        // this rank's rows of it
    std::vector<std::int32_t> indices;  // of the images in these rows
  };
  SplitImages pool_of(const Division& division, const TrainingDraw& draw) const;
  const Spread* spread_of(const std::deque<Spread>& spreads, const TrainingDraw& draw) const;
  void draw(std::int64_t step, std::int64_t repetition);
  void find_gradients();
  std::string first_of_ranks(const std::optional<std::string>& found) const;
  bool are_finite(const std::vector<std::string>& metrics) const;

  Executor& executor_;
  const Dataset& dataset_;
  const TrainingUpdate& update_;
  std::uint64_t seed_;
  Executor::FunctionId function_;
  BatchTables tables_;
  std::vector<std::string> metrics_;
  std::vector<std::string> early_metrics_;  // those that are computed before weights change
  std::size_t moving_ = 0;                  // the first step that changes weights or states of an optimizer
  std::vector<std::span<const float>> gradients_;
  std::array<std::int32_t, 4> key_{};
  std::vector<BoundDraw> draws_;
};

/// Whether all values are finite. Checks many values on OpenMP's team.
bool all_finite(std::span<const float> values);

}  // namespace sganc
