#pragma once
// A finished or interrupted run: its model, compiled or not, and one of its checkpoints.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compiler/driver/compilation.h"
#include "runtime/execute/executor.h"
#include "runtime/train/checkpoint.h"
#include "runtime/train/run_folder.h"

namespace sganc {

struct FoundRun {
  Model model;
  std::filesystem::path folder, checkpoint;
  ModelRequest request;  // for its resolved model
};

/// `run` is a checkpoint, or a run folder whose checkpoint the option --checkpoint selects. Reads --schedule
/// and --threads too. Throws UserError for damaged files. Prints mistakes in the model and returns nothing.
std::optional<FoundRun> find_saved_run(const std::string& run, const options::variables_map& values,
                                       Terminal& terminal);

/// The tensors of the checkpoint. Throws UserError if it is damaged, or was not written with the labels,
/// classes and data in the folder.
Checkpoint read_checkpoint(const FoundRun& run);

struct SavedRun {
  Model model;
  std::filesystem::path folder, checkpoint;
  std::unique_ptr<Executor> executor;
  CheckpointMetadata metadata;  // of the checkpoint
  int threads = 1;
};

/// Finds a run as find_saved_run does, and compiles what `make` builds, unless the run keeps its kernels.
/// Throws UserError for files of different runs too.
std::optional<SavedRun> open_saved_run(const std::string& run, const options::variables_map& values,
                                       Terminal& terminal, const BuildModule& make);

/// The function that measures a classifier, for open_saved_run.
Module classification_module(const Model& model, Diagnostics& diagnostics);

/// Throws UserError if a file of the run is not as the run wrote it. Returns false if the run has no
/// SHA256SUMS to check with.
bool check_files(const RunFolder& folder);

/// The last checkpoint of the run folder `run`. Throws UserError if it is no run, or has no checkpoint yet.
std::filesystem::path last_checkpoint(const std::string& run);

/// The names of the classes that the run in this folder was trained with, or their numbers if it has none.
/// Throws UserError if they are more than the `known` classes of the classifier.
std::vector<std::string> class_names_of(const std::filesystem::path& run, std::int64_t known);

/// Adds the options --checkpoint, --schedule and --threads.
void add_run_options(options::options_description& o);

}  // namespace sganc
