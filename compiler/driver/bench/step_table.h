#pragma once
// The steps of all updates, of one variant or beside each other.

#include <string>
#include <vector>

#include "compiler/driver/bench/result.h"

namespace sganc {

/// One step under every variant; nullptr where a variant has no step of that name.
struct StepRow {
  std::vector<const StepCost*> costs;

  const StepCost& any() const;  // the first that there is
  double apart() const;         // from the least ms to the most; a step that is not there takes 0
  std::string by() const;       // "onednn"; "halide | onednn" where variants differ; "halide (2 codes)"
};

/// Steps matched by update and name, those first whose times lie furthest apart. They point into `result`.
std::vector<StepRow> compared_steps(const BenchResult& result);

/// At most `top` rows: the costliest of one variant, or those of several whose times lie furthest apart.
std::string step_table(const BenchResult& result, std::size_t top);

}  // namespace sganc
