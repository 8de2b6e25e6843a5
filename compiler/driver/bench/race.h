#pragma once
// Variants of a program take turns in one process, so that all meet the same conditions.

#include <functional>
#include <memory>
#include <vector>

#include "compiler/driver/bench/result.h"
#include "compiler/driver/bench/variants.h"
#include "compiler/driver/synthetic_data.h"
#include "runtime/execute/executor.h"

namespace sganc {

struct BenchSettings {
  int threads = 1, warmup = 1, repetitions = 1;  // each at least 1
  bool keep_all = true;  // keeps all executors in memory; if false, each is built only for its turn
};

/// Whether all programs together need at most half of `available` bytes.
bool fit_together(const std::vector<Variant>& variants, std::int64_t available);

/// The indices of the variants in the order of that repetition. In each repetition the first one of the
/// repetition before goes to the end.
std::vector<std::size_t> order_of(std::size_t variants, int repetition);

class Race {
 public:
  /// `variants` must outlive this object and stay in place.
  Race(const Variants& variants, const BenchSettings& settings);

  /// Measures one repetition of a variant. Its executor has run whole training steps before.
  using Turn = std::function<void(std::size_t variant, Executor& executor)>;

  /// Warms each variant up, then gives each one turn per repetition, and measures the matrix product between
  /// turns. The result does not have the measurements of the turns.
  BenchResult run(const Turn& turn);

 private:
  /// Builds the variant's executor and runs training steps. Returns the seconds to the end of the first one.
  double warm_up(std::size_t variant, int steps);
  void end_turn(std::size_t variant);
  VariantResult begin(std::size_t variant, std::int64_t resident_before_all);

  const Variants& variants_;
  const BenchSettings settings_;
  SyntheticData data_;
  std::vector<std::unique_ptr<Executor>> executors_;
};

}  // namespace sganc
