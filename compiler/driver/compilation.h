#pragma once
// From a model file to a program: what all verbs that take a MODEL share.

#include <functional>
#include <optional>

#include "compiler/codegen/library.h"
#include "compiler/codegen/target.h"
#include "compiler/driver/verb.h"
#include "compiler/graph/module.h"
#include "compiler/language/model.h"
#include "compiler/passes/pass.h"
#include "compiler/schedule/schedule.h"
#include "runtime/program.h"

namespace sganc {

/// What the command line says of a model.
struct ModelRequest {
  std::string file;
  std::vector<std::string> overrides;  // --set, and --seed as one of them
  std::string schedule = "default";
  int threads = 1;
  bool threads_given = false;  // else the schedule may say how many
};

/// Reads --set, --schedule, --threads, --seed. Throws UserError.
ModelRequest model_request(const std::string& file, const options::variables_map& values);

/// How a model becomes a module.
using BuildModule = std::function<Module(const Model&, Diagnostics&)>;

/// All that training and evaluation need.
Module training_module(const Model& model, Diagnostics& diagnostics);

/// The stages up to the program, each made from the one before. Mistakes of the user are printed and give
/// nothing.
std::optional<Model> load(const ModelRequest& request, Terminal& terminal);
std::optional<Module> build(const Model& model, Terminal& terminal,
                            const BuildModule& make = training_module);
/// This machine, for a team of so many threads.
TargetMachine target_machine(int threads);
/// Also takes over the schedule's threads where the command line gave none. Throws UserError where this
/// machine cannot run the schedule.
std::optional<Schedule> load_schedule_of(ModelRequest& request, Terminal& terminal);
/// For this machine, and for the threads of the request.
PlannedModule plan(const Module& module, const Schedule& schedule, const ModelRequest& request,
                   const PassOptions& passes = {});
/// `stop` is asked before each kernel that is compiled: true ends it by Interrupted.
Program compile(const PlannedModule& planned, Terminal& terminal,
                const std::function<void(const LibraryWork&)>& built = {},
                const std::function<bool()>& stop = {});

/// All of it.
struct Compiled {
  Model model;
  Module module;
  Program program;
  ExplainedTarget target;
};
std::optional<Compiled> compile(ModelRequest& request, Terminal& terminal,
                                const BuildModule& make = training_module);

}  // namespace sganc
