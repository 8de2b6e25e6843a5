#pragma once
// Trains a model: the alternating updates step by step, with metrics, evaluations, samples and checkpoints in
// the run folder. A run that was stopped anywhere and resumed gives the bits of one that never stopped.

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/report/log.h"
#include "runtime/report/metrics.h"
#include "runtime/report/progress.h"
#include "runtime/train/interrupt.h"
#include "runtime/train/plan.h"
#include "runtime/train/run_folder.h"

namespace sganc {

/// What a run needs. The executor's variables are as the run shall begin; where it resumes they are read from
/// the folder's state. What is referred to must outlive the run.
struct TrainingEnvironment {
  Executor& executor;
  const Dataset& dataset;
  const Division& division;
  const RunFolder& folder;
  RunLog& log;
  ProgressLine& progress;
  const TrainingPlan& plan;
  const InterruptGuard& interrupt;
  bool resume = false;
  std::string resume_command;  // shown after an interruption; may be empty
  ProgressLine::Clock clock = std::chrono::steady_clock::now;
  /// Called before the first step, once the folder holds a state and log.txt is open: a resume that is
  /// refused has changed nothing.
  std::function<void()> begun = [] {};
  std::string data_record = {};  // the text of data.json; may be empty
};

/// A resume that does not fit the run in the folder. Nothing has been changed.
struct RefusedResume : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes the state, log.txt, labels.txt, validation.txt, classes.txt, data.json, metrics.jsonl, samples and
/// checkpoints (the driver the rest), SHA256SUMS when all that it vouches for is there, and returns the exit
/// code: 0 when all epochs are done, at once where they were; 128 and the signal's number after a signal,
/// once the step is finished and a checkpoint written. The state is there before anything else is, with no
/// step done: a run that was killed at any time can go on. Throws RefusedResume for a state or metrics that
/// do not belong to the run, std::runtime_error for what cannot be read or written, and where numbers became
/// not finite: nothing that is not finite is ever written. The metrics' `seconds` are of the run since its
/// beginning, evaluations included, pauses excluded.
int run_training(const TrainingEnvironment& environment);

/// Adds an evaluation of the last weights to the metrics of a run that is complete, once, and to what its
/// state says of them. The executor holds the state's variables.
void add_final_evaluation(const RunFolder& folder, Executor& executor, const EvalRecord& record);

}  // namespace sganc
