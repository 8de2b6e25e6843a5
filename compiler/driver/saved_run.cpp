#include "compiler/driver/saved_run.h"

#include "runtime/train/run_folder.h"
#include "runtime/train/state.h"

namespace sganc {

namespace fs = std::filesystem;

void add_run_options(options::options_description& o) {
  using options::value;
  o.add_options()("schedule", value<std::string>()->default_value("default")->value_name("NAME|FILE"),
                  "a schedule of schedules/, or a file")("threads", value<int>()->value_name("N"),
                                                         "threads; all cores where not given");
}

namespace {

struct Place {
  fs::path folder, checkpoint;
};

Place find_run(const std::string& run) {
  const fs::path given(run);
  if (!fs::exists(given))
    throw UserError{{{}, "there is no run \"" + run + "\"", "name a run folder, or a checkpoint in one"}};
  if (fs::is_directory(given)) {
    const auto folder = use_given_file([&] { return RunFolder::open_existing(given); });
    if (!fs::exists(folder.last()))
      throw UserError{
          {{}, "the run \"" + run + "\" has no checkpoint yet", "it is written after the first epoch"}};
    return {given, folder.last()};
  }
  if (given.extension() != ".safetensors")
    throw UserError{{{},
                     "\"" + run + "\" is neither a run folder nor a checkpoint of one",
                     "a checkpoint is a .safetensors file in a run's checkpoints folder"}};
  const fs::path folder = fs::absolute(given).parent_path().parent_path();
  if (!fs::exists(folder / "resolved.toml"))
    throw UserError{
        {{},
         "\"" + run + "\" does not lie in a run folder: there is no " + (folder / "resolved.toml").string(),
         ""}};
  return {folder, given};
}

}  // namespace

std::optional<SavedRun> open_saved_run(const std::string& run, const options::variables_map& values,
                                       Terminal& terminal) {
  const Place place = find_run(run);
  ModelRequest request = model_request((place.folder / "resolved.toml").string(), values);
  auto compiled = compile(request, terminal);
  if (!compiled) return {};
  SavedRun saved{std::move(compiled->model), place.checkpoint, nullptr};
  saved.executor = std::make_unique<Executor>(std::move(compiled->program), request.threads,
                                              static_cast<std::uint64_t>(saved.model.train.seed));
  use_given_file([&] { load_weights(place.checkpoint, *saved.executor); });
  return saved;
}

}  // namespace sganc
