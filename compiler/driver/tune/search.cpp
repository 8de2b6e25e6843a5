#include "compiler/driver/tune/search.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "runtime/system/process.h"

namespace sganc {
namespace {

using Clock = Search::Clock;

constexpr int kRepetitions = 7, kConfirmations = 21;
/// The most time to compile and measure one candidate.
constexpr std::chrono::milliseconds kMostTime{30000};
/// If Halide's default takes more than this many times as long as oneDNN, it is not worth tuning.
constexpr double kFarBehind = 3;

/// The search within one workload.
class Climb {
 public:
  Climb(const Workload& workload, TuneRecords& records, const PlannedModule& base,
        const LibraryOptions& options, const std::function<bool()>& stopped, Clock::time_point end)
      : workload_(workload),
        records_(records),
        options_(options),
        stopped_(stopped),
        end_(end),
        trial_(workload, base) {
    result_.workload = &workload;
  }

  Tuned run() {
    const std::string& by = workload_.in_halide();
    double ratio = 1;  // the time of Halide's best directives so far, divided by the base's
    if (!workload_.other.empty()) {
      const auto* record = look_at({workload_.other, {}});
      if (!workload_.piece.is_kernel()) {
        if (!record || !record->ok() || record->ratio() > kFarBehind) return finished();
        ratio = record->ratio();
      }
    }
    const Candidate from{by, trial_.directives()};
    for (auto next = step_from(from, ratio); next; next = step_from(*next, ratio)) {
    }
    return finished();
  }

 private:
  /// The first neighbour that gains on the directives whose ratio is given. Sets `ratio` to the neighbour's.
  std::optional<Candidate> step_from(const Candidate& from, double& ratio) {
    for (auto& stages : neighbours_of(from.stages)) {
      Candidate candidate{from.by, std::move(stages)};
      const auto* record = look_at(candidate);
      if (!record) return {};
      if (gains_on(record, ratio)) return candidate;
    }
    return {};
  }

  /// Whether the record gains on a candidate with that ratio to the base. If so, sets `ratio` to the
  /// record's.
  static bool gains_on(const TuneRecord* record, double& ratio) {
    if (!record || !record->ok() || record->ratio() > (1 - kLeastGain) * ratio) return false;
    if (record->base_ms() * ratio - record->ms() <= record->spread()) return false;
    ratio = record->ratio();
    return true;
  }

  /// Returns the best candidate, measured again with more repetitions: the least of many numbers is also
  /// small by chance.
  Tuned finished() {
    for (;;) {
      const auto best = std::ranges::min_element(
          good_, {}, [&](const Candidate& c) { return records_.last(workload_.hash, text_of(c))->ratio(); });
      if (best == good_.end()) return result_;
      result_.record = *records_.last(workload_.hash, text_of(*best));
      if (!gains(result_.record)) return result_;
      if (result_.record.ms() > (1 - kLeastGain) * usual_base_ms()) {  // its own base was disturbed
        good_.erase(best);
        continue;
      }
      const bool confirmed = std::ssize(result_.record.measured.ms) >= kConfirmations;
      if (confirmed || !measured(*best, kConfirmations)) {
        result_.best = *best;
        return result_;
      }
      if (!records_.last(workload_.hash, text_of(*best))->ok()) good_.erase(best);
    }
  }

  /// The median of the base's times beside all candidates.
  double usual_base_ms() {
    const auto middle = bases_.begin() + std::ssize(bases_) / 2;
    std::ranges::nth_element(bases_, middle);
    return *middle;
  }

  /// The candidate's first record, old or new, so that a continued run makes the same decisions. Returns
  /// nullptr if there is no time to make one.
  const TuneRecord* look_at(const Candidate& candidate) {
    const auto* record = records_.first(workload_.hash, text_of(candidate));
    if (!record) record = measured(candidate, kRepetitions);
    if (record && counted(*record) && record->ok())
      good_.push_back(candidate), bases_.push_back(record->base_ms()), result_.record = *record;
    return record;
  }

  /// Counts each candidate once. Returns whether it was counted now.
  bool counted(const TuneRecord& record) {
    if (!seen_.insert(record.parameters).second) return false;
    ++result_.candidates;
    if (!record.ok()) ++result_.failed;
    return true;
  }

  std::string measured_text(const Candidate& candidate, int repetitions) {
    try {
      return to_json(measure(trial_, candidate, repetitions, records_.context().threads, options_));
    } catch (const UserError& e) {
      throw std::runtime_error(e.diagnostic.message);
    }
  }

  const TuneRecord* measured(const Candidate& candidate, int repetitions) {
    if (Clock::now() >= end_ || stopped_()) return nullptr;
    trial_.prepare();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
    const auto limit = std::clamp<std::chrono::milliseconds>(left + std::chrono::seconds(1),
                                                             std::chrono::seconds(1), kMostTime);
    const ForkResult child = run_in_fork([&] { return measured_text(candidate, repetitions); }, limit);
    if (child.timed_out && limit < kMostTime) return nullptr;  // the budget ended first
    TuneRecord record = record_of(text_of(candidate), child.failure);
    if (child.failure.empty()) {
      record.measured = measurement_of_json(child.text);
      if (record.measured.ms.empty()) {
        char text[64];
        std::snprintf(text, sizeof text, "results differ by %.2g", record.measured.error);
        record.failure = text;
      }
    }
    return add(std::move(record));
  }

  TuneRecord record_of(const std::string& parameters, const std::string& failure) const {
    return {.workload = workload_.hash,
            .kernel = workload_.kernel(),
            .function = workload_.piece.function,
            .parameters = parameters,
            .failure = failure};
  }

  const TuneRecord* add(TuneRecord record) {
    ++result_.measured;
    return &records_.add(std::move(record));
  }

  const Workload& workload_;
  TuneRecords& records_;
  const LibraryOptions& options_;
  const std::function<bool()>& stopped_;
  const Clock::time_point end_;
  Trial trial_;
  Tuned result_;
  std::set<std::string> seen_;
  std::vector<Candidate> good_;
  std::vector<double> bases_;  // the base's ms beside each of these
};

}  // namespace

bool gains(const TuneRecord& record) {
  const double gain = record.base_ms() - record.ms();
  return record.ok() && gain > kLeastGain * record.base_ms() && gain > record.spread();
}

Search::Search(TuneRecords& records, const PlannedModule& base, const LibraryOptions& options,
               std::function<bool()> stopped)
    : records_(records), base_(base), options_(options), stopped_(std::move(stopped)) {}

Tuned Search::tune(const Workload& workload, Clock::time_point end) {
  return Climb(workload, records_, base_, options_, stopped_, end).run();
}

}  // namespace sganc
