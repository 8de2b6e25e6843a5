#include "compiler/driver/compilation.h"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "compiler/codegen/lower.h"
#include "compiler/driver/places.h"
#include "compiler/gradient/gradient.h"
#include "compiler/language/spelling.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "compiler/shard/shard.h"
#include "runtime/execute/fault.h"
#include "runtime/execute/machine.h"

namespace sganc {
namespace {

constexpr int kMostThreads = 1024;

template <class T>
std::optional<T> or_print(std::optional<T> value, Diagnostics& diagnostics, Terminal& terminal) {
  if (diagnostics.empty()) return value;
  diagnostics.sort();
  diagnostics.print(terminal.err, terminal.color);
  return {};
}

}  // namespace

ModelRequest model_request(const std::string& file, const options::variables_map& values) {
  ModelRequest request{.file = file};
  if (values.count("set")) request.overrides = values["set"].as<std::vector<std::string>>();
  if (values.count("seed") && values["seed"].as<long>() < 0)
    throw UserError{{{}, "--seed must be at least 0", ""}};
  if (values.count("seed"))
    request.overrides.push_back("train.seed=" + std::to_string(values["seed"].as<long>()));
  request.schedule = values["schedule"].as<std::string>();
  request.threads_given = values.count("threads") > 0;
  request.threads = request.threads_given ? values["threads"].as<int>() : this_machine().cores;
  if (request.threads < 1 || request.threads > kMostThreads)
    throw UserError{{{}, "--threads must lie between 1 and " + std::to_string(kMostThreads), ""}};
  return request;
}

std::optional<Model> load(const ModelRequest& request, Terminal& terminal) {
  Diagnostics diagnostics;
  auto model = load_model(request.file, request.overrides, vocabulary(), diagnostics);
  if (model && request.ranks > 1) require_shares(*model, request.ranks, diagnostics);
  return or_print(std::move(model), diagnostics, terminal);
}

Module training_module(const Model& model, Diagnostics& diagnostics) {
  Module module = build_module(model, diagnostics);
  add_training(module, model, diagnostics);
  return module;
}

std::optional<Module> build(const Model& model, Terminal& terminal, const BuildModule& make) {
  Diagnostics diagnostics;
  Module module = make(model, diagnostics);
  if (const auto problems = verify(module); !problems.empty() && diagnostics.empty())
    throw std::logic_error("the module does not verify: " + problems.front());
  return or_print(std::optional(std::move(module)), diagnostics, terminal);
}

TargetMachine target_machine(int threads) {
  const Machine here = this_machine();
  TargetMachine machine{
      .instructions = here.processor.instructions, .tuning = host_tuning(), .threads = threads};
  if (here.l2_bytes > 0) machine.l2_bytes = here.l2_bytes;
  return machine;
}

std::optional<Schedule> load_schedule_of(ModelRequest& request, Terminal& terminal) {
  Diagnostics diagnostics;
  auto schedule = load_schedule(schedule_file(request.schedule), implementation_names(), diagnostics);
  if (schedule && schedule->threads && !request.threads_given) request.threads = *schedule->threads;
  if (schedule) require_runs_on(target_machine(request.threads), *schedule);
  return or_print(std::move(schedule), diagnostics, terminal);
}

PlannedModule plan(const Module& module, const Schedule& schedule, const ModelRequest& request,
                   const PassOptions& passes) {
  const TargetMachine machine = target_machine(request.threads);
  if (module.ranks == request.ranks) return plan(module, schedule, machine, passes);
  return plan(shard(module, request.rank, request.ranks), schedule, machine, passes);
}

namespace {

/// Lowers the plan with these options, and shows the progress.
Program compile_with(LibraryOptions options, const PlannedModule& planned, Terminal& terminal) {
  const bool live = isatty(STDERR_FILENO) && !terminal.quiet;
  bool shown = false;
  const auto progress = [&](const std::string& kernel, std::size_t number, std::size_t count) {
    if (terminal.verbose)
      terminal.say("compiling kernel " + std::to_string(number) + " of " + std::to_string(count) + ": " +
                   kernel);
    else if (live)
      terminal.err << "\r\033[Kcompiling kernel " << number << " of " << count << ": " << kernel
                   << std::flush;
    else if (number == 1)
      terminal.say("compiling " + counted(count, "kernel"));
    shown = true;
  };
  const auto erase = [&] {
    if (live && shown && !terminal.verbose) terminal.err << "\r\033[K" << std::flush;
  };
  note_target(target_text(features_for(planned.schedule, planned.machine)));
  options.progress = progress;
  if (planned.module.ranks > 1)  // others on this machine compile theirs at the same time
    options.threads = std::min(options.threads, static_cast<std::size_t>(planned.machine.threads));
  Program program;
  try {
    program = lower(planned, options);
  } catch (...) {
    erase();
    throw;
  }
  erase();
  if (!options.private_folder.empty() && (shown || terminal.verbose))
    terminal.say("compiled kernels are kept for this process alone: " + why_not_kept(options.cache) +
                 "; $XDG_CACHE_HOME names another place");
  if (terminal.verbose && !program.kernel_library.empty()) terminal.say("kernels " + program.kernel_library);
  return program;
}

}  // namespace

Program compile(const PlannedModule& planned, Terminal& terminal,
                const std::function<void(const LibraryWork&)>& built, const std::function<bool()>& stop) {
  LibraryOptions options = library_options();
  options.built = built;
  options.stop = stop;
  return compile_with(std::move(options), planned, terminal);
}

Program compile_objects(const PlannedModule& planned, Terminal& terminal,
                        const std::function<void(const std::vector<std::filesystem::path>&)>& objects) {
  LibraryOptions options = library_options();
  options.objects = objects;
  return compile_with(std::move(options), planned, terminal);
}

std::optional<Program> compile(const Model& model, ModelRequest& request, Terminal& terminal,
                               const BuildModule& make, const std::filesystem::path& kept) {
  const auto schedule = load_schedule_of(request, terminal);
  const auto module = build(model, terminal, make);
  if (!schedule || !module) return {};
  LibraryOptions options = library_options();
  options.kept = kept;
  if (!kept.empty()) options.key = user_key();
  options.unusable = [&](const std::string& why) { terminal.say("kernels are compiled: " + why); };
  return compile_with(std::move(options), plan(*module, *schedule, request), terminal);
}

}  // namespace sganc
