#pragma once
// Compares a candidate with the base: checks that it computes the same, and times both.

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/tune/workload.h"

namespace sganc {

/// The largest allowed difference of results, relative to their largest magnitude.
inline constexpr double kMostError = 1e-4;

struct Measurement {
  std::vector<double> ms, base_ms;  // for each repetition; empty if the results are wrong
  double error = 0;                 // the largest difference divided by the largest magnitude
  std::string checked;              // what the results were compared with: reference | base
};

/// Runs both in turns, in repetitions of some milliseconds each; fewer if the candidate is far slower.
/// `trial` must be prepared. Throws UserError if the candidate cannot be applied, std::runtime_error if it
/// fails to run.
Measurement measure(const Trial& trial, const Candidate& candidate, int repetitions, int threads,
                    const LibraryOptions& options);

std::string to_json(const Measurement& measurement);
Measurement measurement_of_json(const std::string& text);

}  // namespace sganc
