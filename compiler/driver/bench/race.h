#pragma once
// Variants of a program take turns on one machine in one process, so that its moods hit all alike.

#include <functional>
#include <memory>
#include <vector>

#include "compiler/driver/bench/result.h"
#include "compiler/driver/bench/variants.h"
#include "compiler/driver/synthetic_data.h"
#include "runtime/execute/executor.h"

namespace sganc {

struct BenchPlan {
  int threads = 1, warmup = 1, repetitions = 1;  // each at least 1
  bool keep_all = true;  // all executors in memory at once; else each is built for its turn alone
};

/// Whether the memory that all programs need at once is at most half of `available` bytes.
bool fit_together(const std::vector<Variant>& variants, std::int64_t available);

/// The variants, counted from 0, in the order of that repetition: the one that began goes to the end.
std::vector<std::size_t> order_of(std::size_t variants, int repetition);

class Race {
 public:
  /// `variants` stays in place.
  Race(const Variants& variants, const BenchPlan& plan);

  /// Measures one repetition of a variant, whose executor has run whole training steps before.
  using Turn = std::function<void(std::size_t variant, Executor& executor)>;

  /// Warms each variant up, then gives each a turn a repetition, the matrix product between them. The result
  /// lacks what the turns measure.
  BenchResult run(const Turn& turn);

 private:
  /// Builds the variant's executor and runs so many training steps; the seconds to the end of the first.
  double warm_up(std::size_t variant, int steps);
  void end_turn(std::size_t variant);
  VariantResult begin(std::size_t variant, std::int64_t resident_before_all);

  const Variants& variants_;
  const BenchPlan plan_;
  SyntheticData data_;
  std::vector<std::unique_ptr<Executor>> executors_;
};

}  // namespace sganc
