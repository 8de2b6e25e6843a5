#pragma once
// Searches the fastest way to run one workload. It starts from the base's directives and changes them in one
// respect at a time, as long as something gains.

#include <chrono>
#include <functional>

#include "compiler/driver/tune/records.h"

namespace sganc {

/// A gain must be more than this share of the base's time, and more than the spread.
inline constexpr double kLeastGain = 0.02;
bool gains(const TuneRecord& record);

/// The result for a workload.
struct Tuned {
  const Workload* workload = nullptr;
  std::size_t candidates = 0, failed = 0;  // candidates, with those of earlier runs; those that do not count
  std::size_t measured = 0;                // in this run
  std::optional<Candidate> best;           // nothing if none gains
  TuneRecord record;                       // the record of the best, or else of the last one that counts
};

class Search {
 public:
  using Clock = std::chrono::steady_clock;

  /// All arguments must stay valid and in place. `stopped` says whether the user wants to stop.
  Search(TuneRecords& records, const PlannedModule& base, const LibraryOptions& options,
         std::function<bool()> stopped);

  /// Measures until nothing gains any more, or until that time. Recorded measurements are not repeated.
  Tuned tune(const Workload& workload, Clock::time_point end);

 private:
  TuneRecords& records_;
  const PlannedModule& base_;
  const LibraryOptions& options_;
  std::function<bool()> stopped_;
};

}  // namespace sganc
