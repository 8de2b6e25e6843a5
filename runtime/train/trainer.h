#pragma once
// Trains a model: runs the updates step by step, and writes metrics, evaluations, samples and checkpoints to
// the run folder. A run that was stopped anywhere and resumed gives the same bits as one that never stopped.

#include <chrono>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/report/log.h"
#include "runtime/report/metrics.h"
#include "runtime/report/progress.h"
#include "runtime/spread/spread.h"
#include "runtime/train/interrupt.h"
#include "runtime/train/run_folder.h"
#include "runtime/train/settings.h"

namespace sganc {

/// The inputs of a run, of one rank: the executor knows the others. The executor holds the initial variables;
/// a resumed run reads them from the folder's state. All references must outlive the run.
struct TrainingEnvironment {
  Executor& executor;
  const Dataset& dataset;
  const Division& division;
  std::deque<Spread>& spreads;  // one for each of the settings, in their order
  const RunFolder& folder;
  RunLog& log;
  ProgressLine& progress;
  const TrainingSettings& settings;
  const InterruptGuard& interrupt;
  bool resume = false;
  std::string resume_command;  // printed after an interruption; may be empty
  ProgressLine::Clock clock = std::chrono::steady_clock::now;
  /// Called before the first step, once the folder holds a state and log.txt is open. Not called for a
  /// refused resume.
  std::function<void()> begun = [] {};
  std::string data_record = {};  // the text of data.json; may be empty
};

/// Thrown if a resume does not fit the run in the folder. Nothing has been changed.
struct RefusedResume : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes the state, log.txt, labels.txt, validation.txt, classes.txt, data.json, metrics.jsonl, the event
/// file, samples and checkpoints (the driver writes the rest), and SHA256SUMS once all the files that it
/// lists are there. Writes the state first, with no step done, so that a run that is killed at any time can
/// be resumed. Returns the exit code: 0 when all epochs are done; 128 plus the signal's number after a
/// signal, once the step is finished and a checkpoint is written. Throws RefusedResume for a state or metrics
/// that do not belong to the run, and std::runtime_error for files that cannot be read or written and for
/// numbers that are not finite, which are never written. Of several ranks, rank 0 alone reads and writes the
/// folder; all stop after the same step, and return the same code; CommonFailure is thrown on all of them.
/// The `seconds` in the metrics count from the start of the run, with evaluations and without pauses.
int run_training(const TrainingEnvironment& environment);

/// Adds an evaluation of the last weights to the metrics of a complete run, unless it is there, and updates
/// the mark in its state. The executor must hold the state's variables.
/// Returns whether it was added.
bool add_final_evaluation(const RunFolder& folder, Executor& executor, const EvalRecord& record);

}  // namespace sganc
