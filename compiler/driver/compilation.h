#pragma once
// From a model file to a program, for all verbs that take a MODEL.

#include <filesystem>
#include <functional>
#include <optional>

#include "compiler/codegen/library.h"
#include "compiler/driver/verb.h"
#include "compiler/graph/module.h"
#include "compiler/language/model.h"
#include "compiler/passes/pass.h"
#include "compiler/schedule/schedule.h"
#include "compiler/schedule/target.h"
#include "runtime/program.h"

namespace sganc {

/// The options of the command line for a model.
struct ModelRequest {
  std::string file;
  std::vector<std::string> overrides;  // --set, and --seed as one of them
  std::string schedule = "default";
  int threads = 1;
  bool threads_given = false;  // if false, the schedule may set the threads
  int rank = 0, ranks = 1;     // it is compiled for this one, counted from 0, of so many that train together
};

/// Reads --set, --schedule, --threads, --seed. Throws UserError.
ModelRequest model_request(const std::string& file, const options::variables_map& values);

/// Builds the module of a model.
using BuildModule = std::function<Module(const Model&, Diagnostics&)>;

/// The module for training and evaluation.
Module training_module(const Model& model, Diagnostics& diagnostics);

/// The steps from a file to a program. Each prints the user's mistakes and then returns nothing.
std::optional<Model> load(const ModelRequest& request, Terminal& terminal);
std::optional<Module> build(const Model& model, Terminal& terminal,
                            const BuildModule& make = training_module);
/// This machine, for a team of `threads` threads.
TargetMachine target_machine(int threads);
/// Also sets the request's threads from the schedule, if the command line has none. Throws UserError if this
/// machine cannot run the schedule.
std::optional<Schedule> load_schedule_of(ModelRequest& request, Terminal& terminal);
/// Plans for this machine and the request's threads and rank.
PlannedModule plan(const Module& module, const Schedule& schedule, const ModelRequest& request,
                   const PassOptions& passes = {});
/// Calls `stop` before it compiles each kernel, and throws Interrupted if it returns true.
Program compile(const PlannedModule& planned, Terminal& terminal,
                const std::function<void(const LibraryWork&)>& built = {},
                const std::function<bool()>& stop = {});
/// The same, but gives the kernels' object files to `objects`, and does not link them to a library.
Program compile_objects(const PlannedModule& planned, Terminal& terminal,
                        const std::function<void(const std::vector<std::filesystem::path>&)>& objects);

/// The results of all steps.
struct Compiled {
  Model model;
  Module module;
  Program program;
  ExplainedTarget target;
};

/// All steps from a model to its program. Sets the request's threads from its schedule. Uses the library
/// `kept` if it has all the kernels; else a message says why kernels are compiled.
std::optional<Program> compile(const Model& model, ModelRequest& request, Terminal& terminal,
                               const BuildModule& make, const std::filesystem::path& kept);

}  // namespace sganc
