#pragma once
// Trains a model: the alternating updates step by step, with metrics, evaluations, samples and checkpoints in
// the run folder. A run that was stopped anywhere and resumed gives the bits of one that never stopped.

#include <chrono>
#include <functional>
#include <string>

#include "runtime/data/dataset.h"
#include "runtime/data/division.h"
#include "runtime/execute/executor.h"
#include "runtime/report/log.h"
#include "runtime/report/progress.h"
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
  bool resume = false;
  std::string resume_command;  // shown after an interruption; may be empty
  ProgressLine::Clock clock = std::chrono::steady_clock::now;
  /// Called before the first step, once a resume is known to fit the run: a refused one has changed nothing.
  std::function<void()> begun = [] {};
};

/// Writes log.txt, labels.txt, validation.txt, classes.txt, metrics.jsonl, samples and checkpoints (the
/// driver the rest), and returns the exit code: 0 when all epochs are done, at once where they were; 130
/// after SIGINT and 143 after SIGTERM, once the step is finished and a checkpoint written. Throws
/// std::runtime_error for what cannot be read or written, for a state that does not belong to the plan, and
/// where numbers became not finite: nothing that is not finite is ever written. The metrics' `seconds` are of
/// the run since its beginning, evaluations included, pauses excluded.
int run_training(const TrainingEnvironment& environment);

}  // namespace sganc
