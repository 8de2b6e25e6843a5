#pragma once
// Measures the training step of each variant, or single steps alone.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/bench/race.h"

namespace sganc {

/// Measures whole training steps, with the time of each update and each of its steps.
BenchResult measure_steps(const Variants& variants, const BenchSettings& settings);

/// A step of an update that --kernel selects.
struct ChosenKernel {
  std::string function, name;
  std::vector<std::optional<std::size_t>> steps;  // its index in each variant's function, if it has the step
};

/// The steps whose name matches: a name, a pattern with `*`, or FUNCTION/ followed by one of these. Throws
/// UserError, with the nearest name, if there is none.
std::vector<ChosenKernel> choose_kernels(const Variants& variants, const std::string& pattern);

/// Adds a repetition to `timing`: runs `once` as often as takes some milliseconds. The first repetition sets
/// `timing.iterations` if that is 0.
void repeat(const std::function<void()>& once, Timing& timing);

/// Measures each of the steps alone: runs the steps before it once, so that its buffers have the right
/// content, and then the step itself for some milliseconds.
BenchResult measure_kernels(const Variants& variants, const std::vector<ChosenKernel>& kernels,
                            const BenchSettings& settings);

}  // namespace sganc
