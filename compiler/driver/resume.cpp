#include "compiler/driver/resume.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "compiler/driver/begun_run.h"
#include "compiler/driver/compilation.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/model_changes.h"
#include "compiler/driver/saved_run.h"
#include "compiler/language/spelling.h"
#include "runtime/system/files.h"
#include "runtime/train/manifest.h"
#include "runtime/train/state.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

/// The keys that may change: when the run is evaluated, how long it goes on, what it writes to be looked at,
/// and where files lie whose content is compared.
constexpr std::array<std::string_view, 9> kFree = {
    "name",           "train.epochs",     "train.checkpoint_minutes", "train.keep",        "evaluate.splits",
    "evaluate.every", "data.labels.file", "data.validation.file",     "report.tensorboard"};

bool is_free(const ModelChange& change, const std::vector<MovedRate>& moved, bool data_are_known) {
  if (std::ranges::find(kFree, change.key) != kFree.end()) return true;
  if (change.key == "data.source" || change.key.starts_with("data.source.")) return data_are_known;
  return std::ranges::any_of(moved, [&](const auto& rate) {
    return change.key == "optimizer." + rate.optimizer + "." + rate.key + ".end";
  });
}

/// The model with its default choice of test images, if it declares none but the run took some.
Model with_test_part(Model model, const Model& before) {
  if (!model.data.test && before.data.test) model.data.test = default_test_part(model);
  return model;
}

/// Throws UserError if the training is shorter than the part that is already done.
void require_length(const Model& after, const TrainingState& state, const RunFolder& folder) {
  if (state.epoch <= after.train.epochs && state.step <= after.train.steps()) return;
  const auto least =
      std::max(state.epoch, (state.step + after.train.steps_per_epoch - 1) / after.train.steps_per_epoch);
  throw UserError{{{},
                   "the run in \"" + folder.path().string() + "\" has done " + counted(state.epoch, "epoch") +
                       " and " + std::to_string(state.step) +
                       " steps, more than train.epochs = " + std::to_string(after.train.epochs) + " asks for",
                   "give --set train.epochs=" + std::to_string(least) + " or more"}};
}

[[noreturn]] void refuse(const std::vector<ModelChange>& changes, const RunFolder& folder) {
  std::string message = "the run in \"" + folder.path().string() + "\" cannot go on with another model:";
  for (const auto& change : changes) message += "\n  " + to_text(change);
  const auto command = first_command(folder);
  throw UserError{{{},
                   message,
                   "give --set and the other options as the run was begun" +
                       (command.empty() ? "" : " (" + command + ")") +
                       ", or --accept-changes to go on with the new values"}};
}

}  // namespace

std::optional<std::vector<std::string>> review_resume(const Model& model, const fs::path& path,
                                                      bool accept_changes, Terminal& terminal) {
  const RunFolder folder = use_given_file([&] { return RunFolder::open_to_resume(path); });
  check_files(folder);
  const auto state = use_given_file([&] { return read_state(folder.state()); });
  if (state.step == 0 && !fs::exists(folder.manifest())) return std::vector<std::string>();  // has not begun
  const auto before = load({.file = folder.resolved().string()}, terminal);
  if (!before) return {};
  const Model after = with_test_part(model, *before);
  const auto changes = model_changes(*before, after);
  const auto moved = moved_rates(*before, after, state.step);
  std::vector<ModelChange> refused;
  for (const auto& change : changes)
    if (!is_free(change, moved, fs::exists(folder.data()))) refused.push_back(change);
  if (!refused.empty() && !accept_changes) refuse(refused, folder);
  require_length(after, state, folder);

  std::vector<std::string> lines;
  for (const auto& change : changes) lines.push_back("changed  " + to_text(change));
  for (const auto& rate : moved) lines.push_back("         " + rate.text);
  if (!refused.empty()) lines.push_back("         checkpoints up to now are of the model as it was");
  return lines;
}

std::vector<std::string> environment_changes(const RunFolder& folder, const RunEnvironment& now) {
  const auto before = first_environment(folder), after = nlohmann::json::parse(to_json(now));
  if (!before.is_object()) return {};
  std::vector<std::string> lines;
  for (const std::string key : {"threads", "schedule", "isa", "versions"})
    if (before.contains(key) && before[key] != after[key])
      lines.push_back("changed  " + key + " was " + before[key].dump() + ", is " + after[key].dump());
  const auto ranks = before.contains("ranks") ? before["ranks"].dump() : "1";
  if (ranks != std::to_string(now.ranks))
    lines.push_back("changed  ranks were " + ranks + ", are " + std::to_string(now.ranks));
  if (!lines.empty())
    lines.push_back("         sums may be rounded differently than in a run that never stopped");
  return lines;
}

void write_changed_model(const RunFolder& folder, const Model& model) {
  const auto text = to_toml(model);
  if (fs::exists(folder.resolved()) && read_file(folder.resolved()) == text) return;
  if (read_file(folder.model()) != model.file->text) folder.write_model(model.file->text);
  rewrite_file(folder, folder.resolved(), text);
}

}  // namespace sganc
