#include "runtime/train/trainer.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <vector>

#include "runtime/report/metrics.h"
#include "runtime/report/run_metrics.h"
#include "runtime/system/number_text.h"
#include "runtime/train/averages.h"
#include "runtime/train/evaluate.h"
#include "runtime/train/live_line.h"
#include "runtime/train/run_record.h"
#include "runtime/train/sample.h"
#include "runtime/train/share_run.h"
#include "runtime/train/state.h"
#include "runtime/train/update_runner.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// What a rank wishes after a step. The highest wish counts: to stop by a signal is kStop and its number.
constexpr int kSave = 1, kStop = 1;

class Training {
 public:
  explicit Training(const TrainingEnvironment& e)
      : e_(e), settings_(e.settings), ranks_(e.executor.ranks()), averages_(e.executor) {
    for (const auto& update : settings_.updates)
      runners_.emplace_back(e.executor, e.dataset, e.division, e.spreads, update, settings_.seed);
  }

  int run();

 private:
  bool begin_or_resume();
  void begin();
  bool resume();
  bool spread_labels();
  void step();
  Metrics run_repeatedly(UpdateRunner& runner, std::int64_t step);
  void remember(StepRecord record);
  bool end_epoch();
  void keep_together();
  std::string epoch_text(const std::vector<EvalRecord>& records, bool best) const;
  std::optional<std::vector<EvalRecord>> evaluate_splits();
  std::optional<GeneratedImages> draw_samples();
  bool note_best(const std::vector<EvalRecord>& records);
  void require_finite_variables();
  int agreed_signal() { return ranks_.highest(e_.interrupt.signal()); }
  void save();
  int stop(int signal);
  [[noreturn]] void fail_not_finite(const std::string& what) const;

  std::int64_t running_epoch() const { return state_.epoch + 1; }
  bool at_end_of_epoch() const { return state_.step == running_epoch() * settings_.steps_per_epoch; }
  double seconds_since(std::chrono::steady_clock::time_point then) const {
    return std::chrono::duration<double>(e_.clock() - then).count();
  }
  double seconds_of_run() const { return seconds_before_ + seconds_since(started_); }

  const TrainingEnvironment& e_;
  const TrainingSettings& settings_;
  Ranks& ranks_;
  std::deque<UpdateRunner> runners_;
  Averages averages_;
  std::optional<RunRecord> record_;  // rank 0 alone has one
  TrainingState state_;
  StepRecord last_;  // of this session, with the latest metrics of each update
  Pace pace_;
  double seconds_before_ = 0;  // of former sessions
  std::chrono::steady_clock::time_point started_, saved_, epoch_began_;
};

int Training::run() {
  if (!begin_or_resume()) return 0;
  started_ = saved_ = epoch_began_ = e_.clock();
  while (state_.epoch < settings_.epochs) {
    if (!at_end_of_epoch()) {
      if (!spread_labels()) return stop(agreed_signal());
      step();
    }
    const bool ends_epoch = at_end_of_epoch();
    // If the evaluation was interrupted, the epoch is not done. A resume evaluates it first.
    if (ends_epoch && !end_epoch()) return stop(agreed_signal());
    // The ranks agree after each step: whether one was told to stop, or else whether rank 0 wants to save.
    const bool due =
        !ends_epoch && ranks_.leads() && seconds_since(saved_) >= 60 * settings_.checkpoint_minutes;
    const int signal = e_.interrupt.signal();
    const int wish = ranks_.highest(signal > 0 ? kStop + signal : due ? kSave : 0);
    if (wish > kStop) return stop(wish - kStop);
    if (wish == kSave) save();
  }
  say(e_, "trained " + epochs_text(settings_.epochs) + ", " + std::to_string(state_.step) + " steps, in " +
              duration_text(seconds_of_run()));
  if (state_.best_epoch > 0)
    say(e_, "the best validation accuracy, " + percent_text(state_.best_accuracy) + ", is that of epoch " +
                std::to_string(state_.best_epoch) + ": " + e_.folder.best().string());
  return 0;
}

/// Sets variables, metrics and state to those after the last step that is kept. Returns false if nothing is
/// left to do.
bool Training::begin_or_resume() {
  if (ranks_.leads()) record_.emplace(e_);
  if (e_.resume) return resume();
  begin();
  return true;
}

void Training::begin() {
  state_ = {
      .model = settings_.model_name, .seed = settings_.seed, .steps_per_epoch = settings_.steps_per_epoch};
  share_variables(e_.executor);
  averages_.move(0);
  require_finite_variables();
  if (record_) record_->begin(state_);
  say(e_, "training " + settings_.model_name + ": " + epochs_text(settings_.epochs) + " of " +
              std::to_string(settings_.steps_per_epoch) + " steps, into " + e_.folder.path().string());
}

bool Training::resume() {
  if (record_) state_ = record_->read();
  share_run(e_.executor, e_.spreads, state_);
  seconds_before_ = state_.seconds;
  if (record_) record_->go_on(state_);
  if (state_.epoch < settings_.epochs) {
    say(e_, "training " + settings_.model_name + ": going on after step " + std::to_string(state_.step) +
                " of " + std::to_string(settings_.steps()) + ", in " + e_.folder.path().string());
    return true;
  }
  say(e_, "the run in " + e_.folder.path().string() + " is complete: " + epochs_text(state_.epoch) +
              " done; a larger train.epochs goes on");
  return false;
}

/// Spreads the labels that are due before the next step: each rank all of them. Returns false if a rank was
/// interrupted; a resume then spreads them again.
bool Training::spread_labels() {
  for (auto& spread : e_.spreads) {
    if (!spread.settings().is_due(state_.step + 1)) continue;
    const auto began = e_.clock();
    const auto progress = [&](const std::string& what, double done) {
      e_.progress.update([&] {
        return spread.settings().name + ": " + what + " " + std::to_string(static_cast<int>(100 * done)) +
               " %";
      });
      return e_.interrupt.signal() == 0;
    };
    const auto begin = std::ranges::find(e_.spreads, spread.settings().labels,
                                         [](const Spread& s) { return s.settings().name; });
    const bool done = spread.compute(e_.executor, e_.dataset, e_.division,
                                     begin == e_.spreads.end() ? nullptr : &*begin, progress);
    if (ranks_.highest(!done) > 0) return false;
    say(e_, spread.settings().name + ": " + spread_text(spread, e_.dataset, e_.division) + ", " +
                duration_text(seconds_since(began)));
  }
  return true;
}

void Training::step() {
  const auto began = e_.clock();
  StepRecord record{state_.step + 1, running_epoch(), {}, 0};
  for (auto& runner : runners_)
    if (runner.update().cadence.includes(record.step))
      record.updates.emplace_back(runner.update().name, run_repeatedly(runner, record.step));
  averages_.move(record.step);
  record.seconds = seconds_of_run();
  if (record_) record_->add(record);
  state_.step = record.step;
  remember(std::move(record));
  pace_.add_step(seconds_since(began));
  e_.progress.update([&] { return live_text(last_, settings_, pace_); });
}

/// Runs all repetitions of an update in a step. Returns the metrics of the last one.
Metrics Training::run_repeatedly(UpdateRunner& runner, std::int64_t step) {
  std::optional<Metrics> metrics;
  for (std::int64_t i = 0; i < runner.update().cadence.repeat; ++i) {
    metrics = runner.run(step, i);
    if (!metrics)
      fail_not_finite("update \"" + runner.update().name + "\" became not finite at step " +
                      std::to_string(step) + ": " + runner.find_not_finite(step, i));
  }
  return metrics.value();
}

/// Keeps the step for the live line. Updates that it did not run keep their metrics from an earlier step.
void Training::remember(StepRecord record) {
  std::vector<std::pair<std::string, Metrics>> updates;
  for (const auto& update : settings_.updates)
    for (const auto* known : {&record, &last_}) {
      const auto found =
          std::ranges::find(known->updates, update.name, &std::pair<std::string, Metrics>::first);
      if (found == known->updates.end()) continue;
      updates.push_back(*found);
      break;
    }
  last_ = std::move(record);
  last_.updates = std::move(updates);
}

/// Evaluates, draws samples and writes the epoch's checkpoint, if they are due. Returns false if it was
/// interrupted, before it wrote anything.
bool Training::end_epoch() {
  require_finite_variables();
  keep_together();
  const auto began = e_.clock();
  const bool due = settings_.evaluates_after(running_epoch());
  const auto records = due ? evaluate_splits() : std::vector<EvalRecord>();
  if (!records) return false;
  std::optional<GeneratedImages> images;
  if (due && settings_.generator && record_) images = draw_samples();
  if (agreed_signal() != 0) return false;
  const bool best = note_best(*records);
  const auto text = epoch_text(*records, best);
  if (record_) record_->add(state_.step, running_epoch(), *records, images);
  ++state_.epoch;
  state_.seconds = seconds_of_run();
  if (record_) record_->save_epoch(state_, due, best);
  saved_ = e_.clock();
  if (due) pace_.add_evaluation(seconds_since(began));
  say(e_, text + duration_text(seconds_since(epoch_began_)));
  epoch_began_ = e_.clock();
  return true;
}

/// All ranks go on with the weights of rank 0. They have them already, unless a rank rounds differently what
/// each computes by itself.
void Training::keep_together() {
  const auto strayed = strayed_ranks(e_.executor);
  if (strayed.empty()) return;
  say(e_, "warning: rank " + std::to_string(strayed[0]) + " had other weights than rank 0 after step " +
              std::to_string(state_.step) + "; all ranks go on with those of rank 0");
  share_variables(e_.executor);
}

/// `epoch 3/20: train accuracy 85.54 % (51326 of 60000), loss 0.51, `
std::string Training::epoch_text(const std::vector<EvalRecord>& records, bool best) const {
  std::string text =
      "epoch " + std::to_string(running_epoch()) + "/" + std::to_string(settings_.epochs) + ": ";
  for (const auto& record : records)
    text += evaluation_text(record) + (best && record.split == "validation" ? ", best so far, " : ", ");
  if (records.empty() && !last_.updates.empty()) text += losses_text(last_) + ", ";
  return text;
}

/// Returns whether the validation accuracy is the highest so far, and records it in the state.
bool Training::note_best(const std::vector<EvalRecord>& records) {
  const auto found = std::ranges::find(records, "validation", &EvalRecord::split);
  if (found == records.end()) return false;
  if (state_.best_epoch > 0 && found->accuracy <= state_.best_accuracy) return false;
  state_.best_epoch = running_epoch();
  state_.best_accuracy = found->accuracy;
  return true;
}

/// Returns nothing if it was interrupted.
std::optional<std::vector<EvalRecord>> Training::evaluate_splits() {
  std::vector<EvalRecord> records;
  if (!settings_.classifier) return records;
  for (const auto& split : settings_.splits) {
    const auto progress = [&](std::int64_t done, std::int64_t of) {
      e_.progress.update([&] {
        return "epoch " + std::to_string(running_epoch()) + "/" + std::to_string(settings_.epochs) +
               "  evaluating " + split + "  " + std::to_string(done) + "/" + std::to_string(of);
      });
      return e_.interrupt.signal() == 0;
    };
    auto evaluation = evaluate(e_.executor, e_.dataset, e_.division, split, progress);
    if (!evaluation) return std::nullopt;
    evaluation->record.step = state_.step;
    evaluation->record.epoch = running_epoch();
    records.push_back(std::move(evaluation->record));
  }
  return records;
}

/// Returns nothing if it was interrupted.
std::optional<GeneratedImages> Training::draw_samples() {
  try {
    return sample_images(e_.executor, settings_.seed, epoch_sample_count(e_.executor),
                         {.between = [&] { e_.interrupt.require_none(); }});
  } catch (const StoppedBySignal&) {
    return std::nullopt;
  }
}

void Training::require_finite_variables() {
  if (const auto name = first_not_finite(e_.executor))
    fail_not_finite("\"" + *name + "\" is not finite after step " + std::to_string(state_.step));
}

void Training::save() {
  require_finite_variables();
  state_.seconds = seconds_of_run();
  if (record_) record_->save(state_);
  saved_ = e_.clock();
}

int Training::stop(int signal) {
  save();
  say(e_, "stopped at step " + std::to_string(state_.step) + " by " + signal_name(signal) +
              (e_.resume_command.empty() ? "" : "; go on with: " + e_.resume_command));
  return 128 + signal;
}

void Training::fail_not_finite(const std::string& what) const {
  e_.progress.erase();
  const auto last = e_.folder.last();
  throw CommonFailure(what + (fs::exists(last) ? "; the last good checkpoint is " + last.string()
                                               : "; there is no checkpoint yet"));
}

}  // namespace

int run_training(const TrainingEnvironment& environment) {
  return Training(environment).run();
}

bool add_final_evaluation(const RunFolder& folder, Executor& executor, const EvalRecord& record) {
  if (holds_evaluation(folder.metrics(), record.split, record.epoch)) return false;
  auto state = load_state(folder.state(), executor);
  auto metrics = open_metrics(folder, state);
  metrics.write(record);
  metrics.flush();
  state.metrics = metrics.mark();
  save_state(folder.state(), executor, state);
  return true;
}

}  // namespace sganc
