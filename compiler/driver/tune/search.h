#pragma once
// Finds the fastest way to run one workload: from the base's directives on, what differs in one respect, as
// long as something gains.

#include <chrono>
#include <functional>

#include "compiler/driver/tune/records.h"

namespace sganc {

/// What counts as a gain: more than this share of the base's time, and more than the spread.
inline constexpr double kLeastGain = 0.02;
bool gains(const TuneRecord& record);

/// What became of a workload.
struct Tuned {
  const Workload* workload = nullptr;
  std::size_t candidates = 0, failed = 0;  // looked at, those of earlier runs among them; that do not count
  std::size_t measured = 0;                // in this run
  std::optional<Candidate> best;           // nothing where none gains
  TuneRecord record;                       // of the best, or else of the last that counts
};

class Search {
 public:
  using Clock = std::chrono::steady_clock;

  /// All stay in place. `stopped` says whether a person wants an end.
  Search(TuneRecords& records, const PlannedModule& base, const LibraryOptions& options,
         std::function<bool()> stopped);

  /// Measures until nothing gains any more, or until that time; what is recorded costs none.
  Tuned tune(const Workload& workload, Clock::time_point end);

 private:
  TuneRecords& records_;
  const PlannedModule& base_;
  const LibraryOptions& options_;
  std::function<bool()> stopped_;
};

}  // namespace sganc
