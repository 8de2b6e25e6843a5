#include "compiler/driver/saved_run.h"

#include <algorithm>
#include <sstream>

#include "compiler/layers/build.h"
#include "runtime/data/dataset.h"
#include "runtime/system/files.h"
#include "runtime/train/manifest.h"
#include "runtime/train/state.h"

namespace sganc {

namespace fs = std::filesystem;

void add_run_options(options::options_description& o) {
  using options::value;
  o.add_options()(
      "checkpoint", value<std::string>()->value_name("best|last|N"),
      "which checkpoint of a run folder: the one with the best validation accuracy, the last, or that of "
      "epoch N")("schedule", value<std::string>()->default_value("default")->value_name("NAME|FILE"),
                 "the name of a schedule in schedules/, or a file")(
      "threads", value<int>()->value_name("N"), "number of threads; by default all cores");
}

namespace {

struct Place {
  fs::path folder, checkpoint;
};

[[noreturn]] void refuse(const std::string& message, const std::string& help) {
  throw UserError{{{}, message, help}};
}

/// The checkpoint of an epoch, whose number is given as text.
fs::path epoch_checkpoint(const RunFolder& folder, const std::string& run, const std::string& number) {
  auto checkpoint = folder.epoch_checkpoint(std::stoll(number));
  if (fs::exists(checkpoint)) return checkpoint;
  std::vector<std::string> kept;
  for (const auto& entry : fs::directory_iterator(folder.checkpoints()))
    if (const auto name = entry.path().stem().string(); name.starts_with("epoch_")) kept.push_back(name);
  refuse("the run \"" + run + "\" keeps no checkpoint of epoch " + number,
         kept.empty() ? "" : "its last one is " + *std::ranges::max_element(kept));
}

/// The checkpoint that --checkpoint chooses in a run folder. The file of "best" may be missing.
fs::path chosen_checkpoint(const std::string& run, const std::string& choice) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto last = last_checkpoint(run);
  const auto folder = RunFolder::open_existing(run);
  if (choice == "best") return folder.best();
  if (choice == "last") return last;
  if (!choice.empty() && choice.size() < 10 && std::ranges::all_of(choice, is_digit))
    return epoch_checkpoint(folder, run, choice);
  refuse("there is no checkpoint \"" + choice + "\"",
         suggestion(choice, {"best", "last"}, "it is best, last or the number of an epoch"));
}

Place find_run(const std::string& run, const options::variables_map& values) {
  const fs::path given(run);
  const bool chooses = values.count("checkpoint") > 0;
  if (fs::is_directory(given))
    return {given, chosen_checkpoint(run, chooses ? values["checkpoint"].as<std::string>() : "last")};
  const fs::path folder = fs::absolute(given).parent_path().parent_path();
  const bool of_a_run = fs::exists(folder / "resolved.toml");
  if (!fs::exists(given) && !(of_a_run && given.filename() == "best.safetensors"))
    refuse("there is no run \"" + run + "\"", "name a run folder, or a checkpoint in one");
  if (given.extension() != ".safetensors")
    refuse("\"" + run + "\" is neither a run folder nor a checkpoint of one",
           "a checkpoint is a .safetensors file in a run's checkpoints folder");
  if (!of_a_run)
    refuse("\"" + run + "\" does not lie in a run folder: there is no " + (folder / "resolved.toml").string(),
           "");
  if (chooses) refuse("--checkpoint is of a run folder, but \"" + run + "\" is a checkpoint", "");
  return {folder, given};
}

/// Throws UserError, which says why a run of this model has no best checkpoint.
[[noreturn]] void refuse_best(const Model& model) {
  const std::string what = "there is no best checkpoint: ";
  const auto& splits = model.evaluate.splits;
  if (model.evaluate.classifier.value.empty())
    refuse(what + "the model of this run declares no classifier", "name one as evaluate.classifier");
  if (std::ranges::count(splits, "validation", &Located<std::string>::value) > 0)
    refuse(what + "this run has not been evaluated yet", "it is written after the first evaluation");
  const std::string declare =
      model.data.validation ? "" : "validation = { per_class = 100 } under [data] and ";
  refuse(what + "the model of this run evaluates no validation images",
         "write " + declare + "splits = [\"validation\"] under [evaluate], and train anew");
}

/// Throws UserError if the checkpoint was not written with the labels, classes and data in the folder.
void require_same_run(const fs::path& folder, const fs::path& checkpoint,
                      const CheckpointMetadata& metadata) {
  const auto run = metadata.find("run");
  const auto manifest = Manifest::read(RunFolder::open_existing(folder));
  if (run != metadata.end() && manifest && run->second != manifest->run())
    refuse(checkpoint.string() + " is a checkpoint of another run: labels, classes or data in " +
               folder.string() + " are not those that it was trained with",
           "files of two runs are mixed");
}

}  // namespace

bool check_files(const RunFolder& folder) {
  return use_given_file([&] {
    const auto manifest = Manifest::read(folder);
    if (manifest) manifest->require_unchanged(folder);
    return manifest.has_value();
  });
}

fs::path last_checkpoint(const std::string& run) {
  const auto folder = use_given_file([&] { return RunFolder::open_existing(run); });
  if (!fs::exists(folder.last()))
    refuse("the run \"" + run + "\" has no checkpoint yet", "it is written after the first epoch");
  return folder.last();
}

std::vector<std::string> class_names_of(const fs::path& run, std::int64_t known) {
  const fs::path file = RunFolder::open_existing(run).classes();
  if (!fs::exists(file)) return numbered_classes(static_cast<int>(known));
  std::vector<std::string> names;
  std::istringstream lines(use_given_file([&] { return read_file(file); }));
  for (std::string line; std::getline(lines, line);) names.push_back(line);
  if (!names.empty() && names.size() <= static_cast<std::size_t>(known)) return names;
  throw UserError{{{},
                   file.string() + " names " + std::to_string(names.size()) +
                       " classes, but the classifier knows " + std::to_string(known),
                   ""}};
}

std::optional<FoundRun> find_saved_run(const std::string& run, const options::variables_map& values,
                                       Terminal& terminal) {
  const Place place = find_run(run, values);
  if (const RunFolder folder = RunFolder::open_existing(place.folder); !check_files(folder))
    terminal.say("there is no " + folder.manifest().string() +
                 ": whether the files of this run were changed cannot be told");
  ModelRequest request = model_request((place.folder / "resolved.toml").string(), values);
  auto model = load(request, terminal);
  if (!model) return {};
  if (!fs::exists(place.checkpoint)) refuse_best(*model);
  return FoundRun{std::move(*model), place.folder, place.checkpoint, std::move(request)};
}

Checkpoint read_checkpoint(const FoundRun& run) {
  auto checkpoint = use_given_file([&] { return Checkpoint::read(run.checkpoint); });
  use_given_file([&] { require_same_run(run.folder, run.checkpoint, checkpoint.metadata()); });
  return checkpoint;
}

Module classification_module(const Model& model, Diagnostics& diagnostics) {
  return build_functions(model, {FunctionRole::classify}, diagnostics);
}

std::optional<SavedRun> open_saved_run(const std::string& run, const options::variables_map& values,
                                       Terminal& terminal, const BuildModule& make) {
  auto found = find_saved_run(run, values, terminal);
  if (!found) return {};
  auto program = compile(found->model, found->request, terminal, make,
                         RunFolder::open_existing(found->folder).kernels());
  if (!program) return {};
  SavedRun saved{std::move(found->model), found->folder, found->checkpoint, nullptr, {},
                 found->request.threads};
  saved.executor = std::make_unique<Executor>(std::move(*program), found->request.threads,
                                              static_cast<std::uint64_t>(saved.model.train.seed));
  saved.metadata = use_given_file([&] { return load_weights(saved.checkpoint, *saved.executor); });
  use_given_file([&] { require_same_run(saved.folder, saved.checkpoint, saved.metadata); });
  return saved;
}

}  // namespace sganc
