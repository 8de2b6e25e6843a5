#include "runtime/train/run_record.h"

#include <algorithm>
#include <filesystem>

#include "runtime/data/labels.h"
#include "runtime/report/run_metrics.h"
#include "runtime/system/files.h"
#include "runtime/train/manifest.h"
#include "runtime/train/same_run.h"

namespace sganc {

namespace fs = std::filesystem;

MetricsFile open_metrics(const RunFolder& folder, const TrainingState& state) {
  return state.metrics ? MetricsFile::continue_at(folder.metrics(), *state.metrics)
                       : MetricsFile::continue_after(folder.metrics(), state.step, state.epoch);
}

RunRecord::RunRecord(const TrainingEnvironment& environment) : e_(environment) {
  e_.folder.require_writable();
  e_.folder.remove_unfinished();
}

void RunRecord::begin(TrainingState& state) {
  state.metrics = MetricsMark();
  save_state(e_.folder.state(), e_.executor, state);
  e_.log.append_to(e_.folder.log());
  write_lists();
  metrics_.emplace(MetricsFile::create(e_.folder.metrics()));
  e_.begun();
  record_digests(state);
  open_events(state);
}

TrainingState RunRecord::read() {
  metrics_gone_ = !fs::exists(e_.folder.metrics());
  try {
    auto state = load_state(e_.folder.state(), e_.executor);
    require_same_run(e_, state);
    for (auto& spread : e_.spreads)
      for (const auto& kept : state.spreads)
        if (kept.name == spread.settings().name) spread.restore(kept.labels);
    metrics_.emplace(open_metrics(e_.folder, state));
    return state;
  } catch (const std::runtime_error& error) {
    throw RefusedResume(error.what());
  }
}

void RunRecord::go_on(TrainingState& state) {
  e_.log.append_to(e_.folder.log());
  if (state.step == 0) write_lists();  // the process may have been killed before it wrote them
  e_.begun();
  record_digests(state);
  if (metrics_gone_ && state.step > 0)
    say(e_, e_.folder.metrics().string() + " was not there: it begins with the next step");
  remove_old_checkpoints(state);
  open_events(state);
}

/// Writes the indices of the chosen images, the names of the classes, and what the data are.
void RunRecord::write_lists() const {
  fs::remove(e_.folder.manifest());  // it has the digests of these files
  e_.folder.write_labels(labels_text(e_.division.labelled, e_.dataset.picture_names));
  if (!e_.division.held_out.empty())
    e_.folder.write_held_out(labels_text(e_.division.held_out, e_.dataset.picture_names));
  if (const auto& names = e_.dataset.class_names; !names.empty())
    e_.folder.write_classes(class_names_text(names));
  if (!e_.data_record.empty()) e_.folder.write_data(e_.data_record);
}

/// Writes the manifest if there is none, and puts its digest into the state, for the checkpoints.
void RunRecord::record_digests(TrainingState& state) const {
  auto manifest = Manifest::read(e_.folder);
  if (!manifest) {
    if (!e_.data_record.empty() && !fs::exists(e_.folder.data())) e_.folder.write_data(e_.data_record);
    manifest = Manifest::of(e_.folder);
    manifest->write(e_.folder);
  }
  state.run = manifest->run();
}

/// Begins the event file, or goes on with it.
void RunRecord::open_events(const TrainingState& state) {
  if (!e_.settings.tensorboard) return;
  events_.emplace(e_.folder.events(), e_.settings.steps(),
                  [&](const std::string& failure) { say(e_, failure); });
  const auto model = fs::exists(e_.folder.resolved()) ? read_file(e_.folder.resolved()) : "";
  if (state.step == 0)
    events_->begin(model);
  else
    events_->go_on(state.step, state.step == state.epoch * e_.settings.steps_per_epoch, model);
}

void RunRecord::add(const StepRecord& step) {
  metrics_->write(step);
  if (events_) events_->add(step);
}

void RunRecord::add(std::int64_t step, std::int64_t epoch, const std::vector<EvalRecord>& records,
                    const std::optional<GeneratedImages>& images) {
  for (const auto& record : records) metrics_->write(record);
  const bool pictured = images && write_picture(epoch, *images);
  if (events_) events_->add(step, records, pictured ? e_.folder.epoch_sample(epoch) : fs::path());
}

/// Writes the picture of an epoch. The training goes on if that fails, since a picture only reports.
bool RunRecord::write_picture(std::int64_t epoch, const GeneratedImages& images) {
  try {
    write_sample_grid(e_.folder.epoch_sample(epoch), images, e_.settings.range_low, e_.settings.range_high);
    return true;
  } catch (const std::runtime_error& error) {
    say(e_, "epoch " + std::to_string(epoch) + " has no picture: " + error.what());
    return false;
  }
}

void RunRecord::save(TrainingState& state) {
  state.spreads.clear();
  for (const auto& spread : e_.spreads)
    if (spread.is_there()) state.spreads.push_back({spread.settings().name, spread.state()});
  metrics_->flush();
  state.metrics = metrics_->mark();
  save_weights(e_.folder.last(), e_.executor, state);
  save_state(e_.folder.state(), e_.executor, state);
}

void RunRecord::save_epoch(TrainingState& state, bool due, bool best) {
  if (due) save_weights(e_.folder.epoch_checkpoint(state.epoch), e_.executor, state);
  if (best) save_weights(e_.folder.best(), e_.executor, state);
  save(state);
  remove_old_checkpoints(state);
}

/// Removes all but the latest `keep` epoch checkpoints. The state on disk does not need the others.
void RunRecord::remove_old_checkpoints(const TrainingState& state) const {
  if (!e_.settings.keep) return;
  auto epochs = e_.folder.epoch_checkpoints();
  std::erase_if(epochs, [&](std::int64_t epoch) { return epoch > state.epoch; });
  const auto kept = std::min(epochs.size(), static_cast<std::size_t>(*e_.settings.keep));
  epochs.resize(epochs.size() - kept);
  std::error_code ignored;
  for (const auto epoch : epochs) fs::remove(e_.folder.epoch_checkpoint(epoch), ignored);
}

void say(const TrainingEnvironment& environment, const std::string& message) {
  environment.progress.erase();
  environment.log.say(message);
}

}  // namespace sganc
