#pragma once
// A finished or interrupted run: its model, compiled again, with the weights of one of its checkpoints.

#include <filesystem>
#include <memory>

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

/// `run` is a run folder, of which --checkpoint says which one is taken, or a checkpoint in one. Uses
/// --schedule and --threads of `values`; refuses files that are damaged or of two runs; `make` says what of
/// the model is compiled. Mistakes are UserError, or printed and give nothing.
std::optional<SavedRun> open_saved_run(const std::string& run, const options::variables_map& values,
                                       Terminal& terminal, const BuildModule& make = training_module);

/// Makes sure that the files of the run are as the run wrote them, where it tells that; whether it does.
/// Throws UserError.
bool check_files(const RunFolder& folder);

/// The last checkpoint of the run folder `run`. Throws UserError where it is no run, or has none yet.
std::filesystem::path last_checkpoint(const std::string& run);

/// --checkpoint, --schedule and --threads.
void add_run_options(options::options_description& o);

}  // namespace sganc
