#pragma once
// The training step of each variant, or single steps of it alone.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/bench/race.h"

namespace sganc {

/// Whole training steps, with what each update and each of its steps takes.
BenchResult measure_steps(const Variants& variants, const BenchPlan& plan);

/// A step of an update that --kernel has chosen.
struct ChosenKernel {
  std::string function, name;
  std::vector<std::optional<std::size_t>> steps;  // its place in each variant's function, where it has one
};

/// The steps whose name matches: a name, a pattern with `*`, or FUNCTION/ and one of these. Throws UserError
/// with the nearest name where there is none.
std::vector<ChosenKernel> choose_kernels(const Variants& variants, const std::string& pattern);

/// Adds a repetition to `timing`: `once` as often as fills some milliseconds, which the first one finds out
/// where `timing.iterations` is 0.
void repeat(const std::function<void()>& once, Timing& timing);

/// Each of them alone: the steps before it once, so that its buffers hold what they should, then itself as
/// often as fills some milliseconds.
BenchResult measure_kernels(const Variants& variants, const std::vector<ChosenKernel>& kernels,
                            const BenchPlan& plan);

}  // namespace sganc
