#pragma once
// A candidate beside the base: whether it computes the same, and how long both take.

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/tune/workload.h"

namespace sganc {

/// Results may differ by so much, by their largest magnitude.
inline constexpr double kMostError = 1e-4;

struct Measurement {
  std::vector<double> ms, base_ms;  // each repetition; none where the results are wrong
  double error = 0;                 // the largest difference by the largest magnitude
  std::string checked;              // against: reference | base
};

/// Runs both in turns, so many repetitions of some milliseconds each; fewer where the candidate is far
/// behind. `trial` is prepared. Throws UserError where the candidate cannot be applied, std::runtime_error
/// where it does not run.
Measurement measure(const Trial& trial, const Candidate& candidate, int repetitions, int threads,
                    const LibraryOptions& options);

std::string to_json(const Measurement& measurement);
Measurement measurement_of_json(const std::string& text);

}  // namespace sganc
