#include "runtime/train/same_run.h"

#include <filesystem>
#include <stdexcept>

#include "runtime/data/labels.h"
#include "runtime/system/files.h"
#include "runtime/train/live_line.h"
#include "runtime/train/manifest.h"

namespace sganc {

namespace fs = std::filesystem;

void require_same_run(const TrainingEnvironment& e, const TrainingState& state) {
  const TrainingSettings& settings = e.settings;
  const auto refuse = [&](const std::string& difference) {
    throw std::runtime_error("the run in \"" + e.folder.path().string() +
                             "\" cannot go on like this: it has " + difference);
  };
  if (state.seed != settings.seed)
    refuse("the seed " + std::to_string(state.seed) + ", not " + std::to_string(settings.seed));
  if (state.steps_per_epoch != settings.steps_per_epoch)
    refuse(std::to_string(state.steps_per_epoch) + " steps an epoch, not " +
           std::to_string(settings.steps_per_epoch));
  const auto whole = state.step / settings.steps_per_epoch, rest = state.step % settings.steps_per_epoch;
  const bool evaluation_is_due = rest == 0 && whole - 1 == state.epoch;
  if (state.step < 0 || state.epoch < 0 || (whole != state.epoch && !evaluation_is_due))
    refuse("done " + std::to_string(state.step) + " steps in " + epochs_text(state.epoch));
  if (state.step == 0) return;  // its lists may be missing, and nothing was learned from them
  // An earlier version wrote indices where there are names.
  const auto lists = [&](const fs::path& file, const std::vector<std::int32_t>& images) {
    const std::string text = fs::exists(file) ? read_file(file) : "";
    return text == labels_text(images, e.dataset.picture_names) || text == labels_text(images);
  };
  if (!lists(e.folder.labels(), e.division.labelled)) refuse("other labelled images in labels.txt");
  if (!lists(e.folder.held_out(), e.division.held_out)) refuse("other images held out for validation");
  const auto classes = e.folder.classes();
  if (fs::exists(classes) && read_file(classes) != class_names_text(e.dataset.class_names))
    refuse("other classes in classes.txt");
  const auto manifest = Manifest::read(e.folder);
  if (manifest && !state.run.empty() && state.run != manifest->run())
    refuse("a state of another run: files of two runs are mixed");
}

}  // namespace sganc
