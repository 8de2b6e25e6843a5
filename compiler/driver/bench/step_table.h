#pragma once
// A table of the steps of all updates, for one or several variants.

#include <string>
#include <vector>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// One step under every variant, with nullptr for a variant that lacks it.
struct StepRow {
  std::vector<const StepCost*> costs;

  const StepCost& any() const;  // the first one that is not nullptr
  double apart() const;         // the most ms minus the least; a missing step counts as 0
  std::string by() const;       // "onednn"; "halide | onednn" if variants differ; "halide (2 codes)"
};

/// The steps, matched by update and name, sorted by the difference of their times, the largest first. They
/// point into `result`.
std::vector<StepRow> compared_steps(const BenchResult& result);

/// At most `top` rows: the most expensive steps of one variant, or the steps of several whose times differ
/// most.
std::string step_table(const BenchResult& result, std::size_t top);

}  // namespace sganc
