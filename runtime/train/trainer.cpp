#include "runtime/train/trainer.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <vector>

#include "runtime/data/labels.h"
#include "runtime/report/metrics.h"
#include "runtime/report/run_metrics.h"
#include "runtime/report/tensorboard.h"
#include "runtime/system/files.h"
#include "runtime/system/number_text.h"
#include "runtime/train/averages.h"
#include "runtime/train/evaluate.h"
#include "runtime/train/live_line.h"
#include "runtime/train/manifest.h"
#include "runtime/train/same_run.h"
#include "runtime/train/sample.h"
#include "runtime/train/state.h"
#include "runtime/train/update_runner.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The metrics of a run that is in that state.
MetricsFile open_metrics(const RunFolder& folder, const TrainingState& state) {
  return state.metrics ? MetricsFile::continue_at(folder.metrics(), *state.metrics)
                       : MetricsFile::continue_after(folder.metrics(), state.step, state.epoch);
}

class Training {
 public:
  explicit Training(const TrainingEnvironment& e) : e_(e), settings_(e.settings), averages_(e.executor) {
    for (const auto& update : settings_.updates)
      runners_.emplace_back(e.executor, e.dataset, e.division, e.spreads, update, settings_.seed);
  }

  int run();

 private:
  bool begin_or_resume();
  void begin();
  bool resume();
  void read_run();
  void write_lists() const;
  void record_digests();
  bool spread_labels();
  void step();
  Metrics run_repeatedly(UpdateRunner& runner, std::int64_t step);
  void remember(StepRecord record);
  bool end_epoch();
  void write_picture(const GeneratedImages& images);
  void open_events();
  void write_events(const std::vector<EvalRecord>& records, bool sampled);
  std::optional<std::vector<EvalRecord>> evaluate_splits();
  std::optional<GeneratedImages> draw_samples();
  bool note_best(const std::vector<EvalRecord>& records);
  void require_finite_variables();
  void save();
  void remove_old_checkpoints() const;
  void say(const std::string& message);
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
  std::deque<UpdateRunner> runners_;
  Averages averages_;
  std::optional<MetricsFile> metrics_;
  std::optional<TensorBoard> events_;
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
      if (!spread_labels()) return stop(e_.interrupt.signal());
      step();
    }
    if (at_end_of_epoch()) {
      // If the evaluation was interrupted, the epoch is not done. A resume evaluates it first.
      if (!end_epoch()) return stop(e_.interrupt.signal());
    } else if (seconds_since(saved_) >= 60 * settings_.checkpoint_minutes) {
      save();
    }
    if (e_.interrupt.signal() != 0) return stop(e_.interrupt.signal());
  }
  say("trained " + epochs_text(settings_.epochs) + ", " + std::to_string(state_.step) + " steps, in " +
      duration_text(seconds_of_run()));
  if (state_.best_epoch > 0)
    say("the best validation accuracy, " + percent_text(state_.best_accuracy) + ", is that of epoch " +
        std::to_string(state_.best_epoch) + ": " + e_.folder.best().string());
  return 0;
}

/// Sets variables, metrics and state to those after the last step that is kept. Returns false if nothing is
/// left to do.
bool Training::begin_or_resume() {
  e_.folder.require_writable();
  e_.folder.remove_unfinished();
  if (e_.resume) return resume();
  begin();
  return true;
}

void Training::begin() {
  state_ = {
      .model = settings_.model_name, .seed = settings_.seed, .steps_per_epoch = settings_.steps_per_epoch};
  averages_.move(0);
  require_finite_variables();
  state_.metrics = MetricsMark();
  save_state(e_.folder.state(), e_.executor, state_);
  e_.log.append_to(e_.folder.log());
  write_lists();
  metrics_.emplace(MetricsFile::create(e_.folder.metrics()));
  e_.begun();
  record_digests();
  open_events();
  say("training " + settings_.model_name + ": " + epochs_text(settings_.epochs) + " of " +
      std::to_string(settings_.steps_per_epoch) + " steps, into " + e_.folder.path().string());
}

/// Reads the state and the metrics of the run that goes on.
void Training::read_run() {
  try {
    state_ = load_state(e_.folder.state(), e_.executor);
    require_same_run(e_, state_);
    for (auto& spread : e_.spreads)
      for (const auto& kept : state_.spreads)
        if (kept.name == spread.settings().name) spread.restore(kept.labels);
    metrics_.emplace(open_metrics(e_.folder, state_));
  } catch (const std::runtime_error& error) {
    throw RefusedResume(error.what());
  }
}

bool Training::resume() {
  const bool gone = !fs::exists(e_.folder.metrics());
  read_run();
  seconds_before_ = state_.seconds;
  e_.log.append_to(e_.folder.log());
  if (state_.step == 0) write_lists();  // the process may have been killed before it wrote them
  e_.begun();
  record_digests();
  if (gone && state_.step > 0)
    say(e_.folder.metrics().string() + " was not there: it begins with the next step");
  remove_old_checkpoints();
  open_events();
  if (state_.epoch < settings_.epochs) {
    say("training " + settings_.model_name + ": going on after step " + std::to_string(state_.step) + " of " +
        std::to_string(settings_.steps()) + ", in " + e_.folder.path().string());
    return true;
  }
  say("the run in " + e_.folder.path().string() + " is complete: " + epochs_text(state_.epoch) +
      " done; a larger train.epochs goes on");
  return false;
}

/// Writes the indices of the chosen images, the names of the classes, and what the data are.
void Training::write_lists() const {
  fs::remove(e_.folder.manifest());  // it has the digests of these files
  e_.folder.write_labels(labels_text(e_.division.labelled));
  if (!e_.division.held_out.empty()) e_.folder.write_held_out(labels_text(e_.division.held_out));
  if (const auto& names = e_.dataset.class_names; !names.empty())
    e_.folder.write_classes(class_names_text(names));
  if (!e_.data_record.empty()) e_.folder.write_data(e_.data_record);
}

/// Writes the manifest if there is none, and puts its digest into the state, for the checkpoints.
void Training::record_digests() {
  auto manifest = Manifest::read(e_.folder);
  if (!manifest) {
    if (!e_.data_record.empty() && !fs::exists(e_.folder.data())) e_.folder.write_data(e_.data_record);
    manifest = Manifest::of(e_.folder);
    manifest->write(e_.folder);
  }
  state_.run = manifest->run();
}

/// Begins the event file, or goes on with it.
void Training::open_events() {
  if (!settings_.tensorboard) return;
  events_.emplace(e_.folder.events(), settings_.steps(), [&](const std::string& failure) { say(failure); });
  const auto model = fs::exists(e_.folder.resolved()) ? read_file(e_.folder.resolved()) : "";
  if (state_.step == 0)
    events_->begin(model);
  else
    events_->go_on(state_.step, state_.step == state_.epoch * settings_.steps_per_epoch, model);
}

/// Writes the evaluations and the picture of an epoch, if there is one, to the event file.
void Training::write_events(const std::vector<EvalRecord>& records, bool sampled) {
  const auto picture = e_.folder.epoch_sample(running_epoch());
  const bool is_there = sampled && fs::is_regular_file(picture);
  if (events_) events_->add(state_.step, records, is_there ? picture : fs::path());
}

/// Spreads the labels that are due before the next step. Returns false if it was interrupted; a resume then
/// spreads them again.
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
    if (!spread.compute(e_.executor, e_.dataset, e_.division, begin == e_.spreads.end() ? nullptr : &*begin,
                        progress))
      return false;
    say(spread.settings().name + ": " + spread_text(spread, e_.dataset, e_.division) + ", " +
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
  metrics_->write(record);
  if (events_) events_->add(record);
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
/// interrupted, before it wrote anything. It writes the state last: a run that is killed earlier resumes from
/// the state before, and does all of it again.
bool Training::end_epoch() {
  require_finite_variables();
  const auto began = e_.clock();
  const bool due = settings_.evaluates_after(running_epoch());
  const auto records = due ? evaluate_splits() : std::vector<EvalRecord>();
  if (!records) return false;
  std::optional<GeneratedImages> images;
  if (due && settings_.generator) images = draw_samples();
  if (e_.interrupt.signal() != 0) return false;
  const bool best = note_best(*records);
  std::string text =
      "epoch " + std::to_string(running_epoch()) + "/" + std::to_string(settings_.epochs) + ": ";
  for (const auto& record : *records) {
    metrics_->write(record);
    text += evaluation_text(record) + (best && record.split == "validation" ? ", best so far, " : ", ");
  }
  if (records->empty() && !last_.updates.empty()) text += losses_text(last_) + ", ";
  if (images) write_picture(*images);
  write_events(*records, images.has_value());
  ++state_.epoch;
  if (due) save_weights(e_.folder.epoch_checkpoint(state_.epoch), e_.executor, state_);
  if (best) save_weights(e_.folder.best(), e_.executor, state_);
  save();
  remove_old_checkpoints();
  if (due) pace_.add_evaluation(seconds_since(began));
  say(text + duration_text(seconds_since(epoch_began_)));
  epoch_began_ = e_.clock();
  return true;
}

/// Writes the picture of an epoch. The training goes on if that fails, since a picture only reports.
void Training::write_picture(const GeneratedImages& images) {
  try {
    write_sample_grid(e_.folder.epoch_sample(running_epoch()), images, settings_.range_low,
                      settings_.range_high);
  } catch (const std::runtime_error& error) {
    say("epoch " + std::to_string(running_epoch()) + " has no picture: " + error.what());
  }
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
  state_.spreads.clear();
  for (const auto& spread : e_.spreads)
    if (spread.is_there()) state_.spreads.push_back({spread.settings().name, spread.state()});
  state_.seconds = seconds_of_run();
  metrics_->flush();
  state_.metrics = metrics_->mark();
  save_weights(e_.folder.last(), e_.executor, state_);
  save_state(e_.folder.state(), e_.executor, state_);
  saved_ = e_.clock();
}

/// Removes all but the latest `keep` epoch checkpoints. The state on disk does not need the others.
void Training::remove_old_checkpoints() const {
  if (!settings_.keep) return;
  auto epochs = e_.folder.epoch_checkpoints();
  std::erase_if(epochs, [&](std::int64_t epoch) { return epoch > state_.epoch; });
  const auto kept = std::min(epochs.size(), static_cast<std::size_t>(*settings_.keep));
  epochs.resize(epochs.size() - kept);
  std::error_code ignored;
  for (const auto epoch : epochs) fs::remove(e_.folder.epoch_checkpoint(epoch), ignored);
}

void Training::say(const std::string& message) {
  e_.progress.erase();
  e_.log.say(message);
}

int Training::stop(int signal) {
  save();
  say("stopped at step " + std::to_string(state_.step) + " by " + signal_name(signal) +
      (e_.resume_command.empty() ? "" : "; go on with: " + e_.resume_command));
  return 128 + signal;
}

void Training::fail_not_finite(const std::string& what) const {
  e_.progress.erase();
  const auto last = e_.folder.last();
  throw std::runtime_error(what + (fs::exists(last) ? "; the last good checkpoint is " + last.string()
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
