#pragma once
// One of the alternating updates, bound to its data: draws its batch, runs its function, reads its metrics.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runtime/data/batches.h"
#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/train/plan.h"

namespace sganc {

using Metrics = std::vector<std::pair<std::string, float>>;  // in the order of the function's outputs

class UpdateRunner {
 public:
  /// All arguments must outlive the runner. Throws std::runtime_error where the images do not fit the
  /// function.
  UpdateRunner(Executor& executor, const Dataset& dataset, const Division& division,
               const TrainingUpdate& update, std::uint64_t seed, FunctionRole role = FunctionRole::update);
  UpdateRunner(const UpdateRunner&) = delete;
  UpdateRunner& operator=(const UpdateRunner&) = delete;

  const TrainingUpdate& update() const { return update_; }

  /// Runs the update in a step, counted from 1, for the repetition of that number, from 0: what it draws is a
  /// function of seed, step and repetition. Nothing where a metric or a gradient is not finite: then no
  /// weight has moved, as far as metrics are known by then.
  std::optional<Metrics> run(std::int64_t step, std::int64_t repetition = 0);

  /// After that: runs the update again, slowly, and says where it began, as in
  /// `first in generator.conv_1.forward`. Leaves the variables of no further use.
  std::string find_not_finite(std::int64_t step, std::int64_t repetition = 0);

 private:
  struct BoundDraw {
    Executor::InputId input;
    std::uint32_t stream = 0;
    SplitImages pool;
    std::optional<PassDraw> passes;  // where it draws without replacement
    std::vector<std::int32_t> indices;
  };
  SplitImages pool_of(const Division& division, const TrainingDraw& draw) const;
  void draw(std::int64_t step, std::int64_t repetition);
  void find_gradients();
  bool are_finite(const std::vector<std::string>& metrics) const;

  Executor& executor_;
  const Dataset& dataset_;
  const TrainingUpdate& update_;
  std::uint64_t seed_;
  Executor::FunctionId function_;
  std::vector<std::string> metrics_;
  std::vector<std::string> early_metrics_;  // those that are there before weights move
  std::size_t moving_ = 0;                  // the first step that moves weights or an optimizer's states
  std::vector<std::span<const float>> gradients_;
  std::array<std::int32_t, 4> key_{};
  std::vector<BoundDraw> draws_;
};

/// Whether all of them are; many of them by OpenMP's team.
bool all_finite(std::span<const float> values);

}  // namespace sganc
