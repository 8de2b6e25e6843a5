#pragma once
// A finished or interrupted run: its compiled model, with the weights of one of its checkpoints.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compiler/driver/compilation.h"
#include "runtime/execute/executor.h"
#include "runtime/train/checkpoint.h"
#include "runtime/train/run_folder.h"

namespace sganc {

struct SavedRun {
  Model model;
  std::filesystem::path folder, checkpoint;
  std::unique_ptr<Executor> executor;
  CheckpointMetadata metadata;  // of the checkpoint
  int threads = 1;
};

/// `run` is a checkpoint, or a run folder whose checkpoint the option --checkpoint selects. Reads --schedule
/// and --threads too. `make` builds the module to compile. Throws UserError for damaged files and files of
/// different runs. Prints mistakes in the model and returns nothing.
std::optional<SavedRun> open_saved_run(const std::string& run, const options::variables_map& values,
                                       Terminal& terminal, const BuildModule& make = training_module);

/// Throws UserError if a file of the run is not as the run wrote it. Returns false if the run has no
/// SHA256SUMS to check with.
bool check_files(const RunFolder& folder);

/// The last checkpoint of the run folder `run`. Throws UserError if it is no run, or has no checkpoint yet.
std::filesystem::path last_checkpoint(const std::string& run);

/// The names of the classes that the run was trained with, or their numbers if it has none. Throws UserError
/// if they are more than the `known` classes of the classifier.
std::vector<std::string> class_names_of(const SavedRun& run, std::int64_t known);

/// Adds the options --checkpoint, --schedule and --threads.
void add_run_options(options::options_description& o);

}  // namespace sganc
