#include <deque>
#include <memory>

#include "compiler/codegen/library.h"
#include "compiler/driver/divide_data.h"
#include "compiler/driver/kept_kernels.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/places.h"
#include "compiler/driver/ranks/cores.h"
#include "compiler/driver/ranks/facts.h"
#include "compiler/driver/ranks/meeting.h"
#include "compiler/driver/report_measurement.h"
#include "compiler/driver/resume.h"
#include "compiler/driver/run_report.h"
#include "compiler/driver/same_data.h"
#include "compiler/driver/shell_word.h"
#include "compiler/driver/training_settings.h"
#include "compiler/driver/training_text.h"
#include "compiler/language/spelling.h"
#include "runtime/report/tensorboard.h"
#include "runtime/train/begin_weights.h"
#include "runtime/train/checkpoint.h"
#include "runtime/train/evaluate.h"
#include "runtime/train/interrupt.h"
#include "runtime/train/run_lock.h"
#include "runtime/train/share_run.h"
#include "runtime/train/state.h"
#include "runtime/train/trainer.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void add_options(options::options_description& o) {
  using options::value;
  add_model_options(o);
  add_data_option(o);
  o.add_options()("out", value<std::string>()->value_name("DIR"), "the run folder; by default runs/NAME")(
      "resume", "continue the run in that folder")(
      "accept-changes", "with --resume: continue although the model has changed since the run")(
      "force", "replace the run in that folder")("no-test",
                                                 "do not measure the test images after the last epoch")(
      "init", value<std::string>()->value_name("RUN"),
      "start from the weights of a run folder or checkpoint, matched by name");
}

/// The words behind `sganc` that train this model in this way.
std::vector<std::string> command_of(const ModelRequest& request, const fs::path& out,
                                    const options::variables_map& values) {
  std::vector<std::string> words = {"train", request.file, "--out", out.string()};
  for (const auto& o : request.overrides) words.insert(words.end(), {"--set", o});
  if (!values["schedule"].defaulted()) words.insert(words.end(), {"--schedule", request.schedule});
  if (values.count("threads")) words.insert(words.end(), {"--threads", std::to_string(request.threads)});
  if (values.count("data")) words.insert(words.end(), {"--data", values["data"].as<std::string>()});
  if (values.count("no-test")) words.emplace_back("--no-test");
  return words;
}

/// The command that goes on with this run, on as many ranks.
std::string resume_command(const std::vector<std::string>& command) {
  const Launch launch = this_launch();
  std::string text = launch.count > 1 ? launch.launcher + " -n " + std::to_string(launch.count) + " " : "";
  text += called_program();
  for (const auto& word : command) text += " " + shell_word(word);
  return text + " --resume";
}

/// What a checkpoint's weights make of the test images.
struct Tested {
  Evaluation evaluation;
  std::vector<float> probabilities;
};

/// Measures a checkpoint's weights, which the executor has, on the test images, and prints the result. All
/// ranks get it.
Tested test(Executor& executor, const Dataset& data, const fs::path& checkpoint, const std::string& name,
            const InterruptGuard& interrupt, RunLog& log, Terminal& terminal) {
  const auto between = [&](std::int64_t, std::int64_t) { return interrupt.signal() == 0; };
  Tested tested;
  auto evaluation = evaluate(executor, data, {}, "test", between, &tested.probabilities);
  if (!evaluation) throw StoppedBySignal{executor.ranks().highest(interrupt.signal())};
  tested.evaluation = std::move(*evaluation);
  if (!executor.ranks().leads()) return tested;
  auto& record = tested.evaluation.record;
  const auto file = Checkpoint::read(checkpoint);
  record.step = file.integer("step");
  record.epoch = file.integer("epoch");
  record.checkpoint = name;
  const std::string text = (name.empty() ? "" : name + " (epoch " + std::to_string(record.epoch) + "): ") +
                           evaluation_text(record);
  log.note(text);
  terminal.out << (terminal.json ? to_json(record) : text) << "\n";
  return tested;
}

/// Measures the last weights on the test images, adds the result to the metrics, and measures the best
/// weights too, if they are kept. Returns what the report shows.
ReportMeasurement test(Executor& executor, const LoadedData& loaded, const TrainingSettings& settings,
                       const RunFolder& folder, const InterruptGuard& interrupt, RunLog& log,
                       Terminal& terminal) {
  const Dataset& data = loaded.dataset;
  const bool leads = executor.ranks().leads();
  const bool best = executor.ranks().highest(leads && settings.keeps_best() && fs::exists(folder.best())) > 0;
  auto last = test(executor, data, folder.last(), best ? "last" : "", interrupt, log, terminal);
  last.evaluation.record.checkpoint.clear();
  const EvalRecord& record = last.evaluation.record;
  if (leads && add_final_evaluation(folder, executor, record) && settings.tensorboard) {
    TensorBoard events(folder.events(), settings.steps(), [&](const std::string& why) { log.say(why); });
    events.go_on(record.step, true, "");
    events.add(record.step, {&record, 1}, "");
  }
  if (best) {
    if (leads) load_weights(folder.best(), executor);
    share_variables(executor);
    test(executor, data, folder.best(), "best", interrupt, log, terminal);
  }
  return report_measurement(last.evaluation, loaded, labelled_of(data, {}, "test"), last.probabilities);
}

/// Prints what to try next.
void conclude(const TrainingSettings& settings, const RunFolder& folder, RunLog& log) {
  const std::string out = folder.path().string();
  const std::string program = called_program();
  if (settings.classifier) {
    log.say("next     " + program + " eval " + shell_word(out) + " --split train");
    log.say("         " + program + " predict " + shell_word(out) + " PATH...");
  }
  if (settings.generator)
    log.say("         " + program + " sample " + shell_word(out) + " --count 100 --out grid.png");
}

/// Writes the report of the run as it is now. A failure is a warning, since a report only reports.
bool write_report(const RunFolder& folder, std::optional<ReportMeasurement> measured, RunLog& log,
                  Terminal& terminal) {
  const auto failure = write_run_report(folder, std::move(measured), terminal);
  if (!failure.empty()) log.say("warning: the report was not written: " + failure);
  return failure.empty();
}

RunEnvironment environment_of(const ModelRequest& request, const ExplainedTarget& target,
                              const TrainingSettings& settings, const std::vector<std::string>& command,
                              const options::variables_map& values) {
  RunEnvironment e{.machine = this_machine(),
                   .threads = request.threads,
                   .schedule = request.schedule,
                   .isa = target.text};
  e.isa_reason = target.reason;
  e.ranks = request.ranks;
  e.versions = {{"sganc", version()}, {"onednn", e.machine.onednn}};
  e.seed = settings.seed;
  e.started = std::chrono::system_clock::now();
  e.command = {"sganc"};
  e.command.insert(e.command.end(), command.begin(), command.end());
  if (values.count("init")) e.command.insert(e.command.end(), {"--init", values["init"].as<std::string>()});
  return e;
}

/// Makes sure that the run can be written into the folder, or go on there. Changes nothing.
void require_folder(const fs::path& out, const options::variables_map& values) {
  use_given_file([&] {
    if (values.count("resume"))
      RunFolder::open_to_resume(out);
    else
      RunFolder::require_new(out, values.count("force"));
  });
}

/// The folder of the run. With --force it is emptied of a former run.
RunFolder open_folder(const fs::path& out, const options::variables_map& values) {
  return use_given_file([&] {
    return values.count("resume") ? RunFolder::open_to_resume(out)
                                  : RunFolder::open_new(out, values.count("force"));
  });
}

/// The lock of the folder, in which the run can be written, or go on. Changes nothing else.
std::unique_ptr<RunLock> lock_folder(const fs::path& out, const options::variables_map& values) {
  use_given_file([&] { RunLock::require_free(out); });
  require_folder(out, values);
  auto lock = use_given_file([&] { return std::make_unique<RunLock>(out); });
  require_folder(out, values);  // another process may have changed it before it was locked
  return lock;
}

/// Takes the weights of --init, and says which.
void load_initial_weights(const std::string& init, Executor& executor, Terminal& terminal) {
  const fs::path file = fs::is_directory(init) ? last_checkpoint(init) : fs::path(init);
  const auto matched = use_given_file([&] { return load_matching_weights(file, executor); });
  for (const auto& line : initial_weights_text(file, matched)) terminal.say(line);
}

/// A failure is a warning, since verbs compile what they do not find.
void keep_kernels(const Model& model, const RunFolder& folder, const InterruptGuard& interrupt, RunLog& log) {
  try {
    keep_kernels(model, folder.kernels(), [&] { return interrupt.signal() != 0; });
  } catch (const UserError& error) {
    log.say("warning: the run keeps no kernels: " + error.diagnostic.message);
  } catch (const std::runtime_error& error) {
    log.say(std::string("warning: the run keeps no kernels: ") + error.what());
  }
}

/// The model and its plan. Both files are read once, so that a change while data load has no effect.
struct ReadModel {
  Model model;
  PlannedModule planned;
};

std::optional<ReadModel> read_model(ModelRequest& request, Terminal& terminal) {
  auto model = load(request, terminal);
  if (!model) return {};
  auto schedule = load_schedule_of(request, terminal);
  if (!schedule) return {};
  auto module = build(*model, terminal);
  if (!module) return {};
  return ReadModel{std::move(*model), plan(*module, *schedule, request)};
}

/// Meets the other ranks for the first time, and says on how many machines they are.
int meet_ranks(ModelRequest& request) {
  Meeting& others = meeting();
  request.rank = others.ranks().rank();
  request.ranks = others.ranks().count();
  if (others.ranks().alone()) return 1;
  require_same(version_facts(), others);
  const auto words = others.meet(cores_word());
  if (!request.threads_given) request.threads = threads_of_each(words);
  return machines_of(words);
}

/// Compiles the model. A signal stops it between two kernels.
Compiled compile(ReadModel& read, const InterruptGuard& interrupt, Terminal& terminal) {
  try {
    auto program = compile(read.planned, terminal, {}, [&] { return interrupt.signal() != 0; });
    return {read.model, std::move(read.planned.module), std::move(program),
            explained_target(read.planned.schedule, read.planned.machine)};
  } catch (const Interrupted&) {
    throw StoppedBySignal{interrupt.signal()};
  }
}

/// Compiles the model on the first rank of each machine; then the others find its kernels in the cache.
Compiled compile_in_turn(ReadModel& read, const InterruptGuard& interrupt, Terminal& terminal) {
  Meeting& others = meeting();
  const bool first = others.ranks().rank_on_machine() == 0;
  std::optional<Compiled> compiled;
  if (first) compiled = compile(read, interrupt, terminal);
  others.meet();
  if (!first) compiled = compile(read, interrupt, terminal);
  return std::move(*compiled);
}

/// A training that is ready for its first step: every mistake of the user has been found by then.
struct Prepared {
  Compiled compiled;
  TrainingSettings settings = training_settings(compiled.model);
  std::unique_ptr<Executor> executor = {};
  LoadedData loaded = {};
  Division division = {};
  std::deque<Spread> spreads = {};
};

/// Checks that the data are those of the run that is resumed, and that the model can learn from them; then
/// divides them. Throws UserError.
void take_data(Prepared& p, LoadedData loaded, const fs::path& out, bool resume) {
  p.loaded = std::move(loaded);
  const Dataset& data = p.loaded.dataset;
  Model& model = p.compiled.model;
  const bool uses_labels = p.settings.uses_labels();
  if (p.loaded.test) model.data.test = p.loaded.test;
  if (p.loaded.values) model.data.source.values = p.loaded.values;
  if (resume) require_data_of_run(RunFolder::open_to_resume(out), p.loaded.identity);
  require_fit(p.compiled, data, uses_labels);
  require_data_of_indices(model, p.loaded.identity);
  p.division = divide_data(model, data, uses_labels);
  if (p.settings.classifier) require_labels(model, data, p.division);
}

/// Trains. A resume that does not fit the run in the folder is a mistake of the user. Other failures are
/// noted in the run's log.
int train(const TrainingEnvironment& environment) {
  try {
    return run_training(environment);
  } catch (const RefusedResume& e) {
    throw UserError{{{}, e.what(), ""}};
  } catch (const std::runtime_error& e) {
    if (dynamic_cast<const CommonFailure*>(&e)) meeting().arrive();
    environment.log.note(std::string("error: ") + e.what());
    throw;
  }
}

/// The line of the log about the ranks.
std::string ranks_text(const ModelRequest& request, int machines) {
  return "ranks    " + std::to_string(request.ranks) + " on " + counted(machines, "machine") + ", " +
         counted(request.threads, "thread") + " each; each has its share of every batch";
}

int train(const options::variables_map& values, const InterruptGuard& interrupt, Terminal& terminal) {
  ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  const int machines = meet_ranks(request);
  Ranks& ranks = meeting().ranks();
  auto read = read_model(request, terminal);
  if (!read) return kBadInput;
  if (!ranks.alone()) require_same(model_facts(read->model, read->planned, request), meeting());
  const bool resume = values.count("resume") > 0;
  const fs::path out = values.count("out") ? values["out"].as<std::string>() : "runs/" + read->model.name;
  std::unique_ptr<RunLock> lock;
  if (ranks.leads()) lock = lock_folder(out, values);

  std::vector<std::string> changes;
  if (resume && ranks.leads()) {
    const auto review = review_resume(read->model, out, values.count("accept-changes"), terminal);
    if (!review) return kBadInput;
    changes = *review;
  }

  const auto between = [&] { interrupt.require_none(); };
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  RunLog log(terminal.quiet ? nullptr : stderr, &progress);
  DataLoading loading(read->model, values, request.threads, terminal, resume ? out : fs::path());
  Prepared p{compile_in_turn(*read, interrupt, terminal)};
  p.executor = std::make_unique<Executor>(p.compiled.program, request.threads, p.settings.seed, ranks);
  try {
    take_data(p, loading.get(progress, between), out, resume && ranks.leads());
  } catch (UserError& error) {
    if (resume) say_where(error, read->model, "--set");
    throw;
  }
  if (!ranks.alone()) require_same(data_facts(p.loaded.identity, p.division), meeting());
  meeting().set_out();
  for (const auto& spread : p.settings.spreads) p.spreads.emplace_back(spread, p.loaded.dataset);
  begin_weights(*p.executor, p.loaded.dataset, p.division, p.spreads, p.settings);
  if (values.count("init") && ranks.leads())
    load_initial_weights(values["init"].as<std::string>(), *p.executor, terminal);
  between();

  // After --init, which may read the run that it replaces.
  const RunFolder folder = ranks.leads() ? open_folder(out, values) : RunFolder::of_other_rank(out);
  const auto command = command_of(request, out, values);
  const auto begun = [&] {
    if (!fs::exists(folder.model())) folder.write_model(p.compiled.model.file->text);
    const auto environment = environment_of(request, p.compiled.target, p.settings, command, values);
    const auto elsewhere = environment_changes(folder, environment);
    if (!fs::exists(folder.environment())) folder.write_environment(environment);
    for (const auto& line : start_text(p.compiled, p.loaded, p.division, p.settings, request.threads, out))
      log.say(line);
    if (!ranks.alone()) log.say(ranks_text(request, machines));
    for (const auto& line : changes) log.say(line);
    for (const auto& line : elsewhere) log.say(line);
    write_changed_model(folder, p.compiled.model);
  };
  const int code = train({.executor = *p.executor,
                          .dataset = p.loaded.dataset,
                          .division = p.division,
                          .spreads = p.spreads,
                          .folder = folder,
                          .log = log,
                          .progress = progress,
                          .settings = p.settings,
                          .interrupt = interrupt,
                          .resume = resume,
                          .resume_command = resume_command(command),
                          .begun = begun,
                          .data_record = to_json(p.loaded.identity)});
  if (code != kDone) {
    meeting().arrive();
    if (ranks.leads()) write_report(folder, {}, log, terminal);
    return code;
  }
  try {
    std::optional<ReportMeasurement> measured;
    if (p.settings.classifier && p.loaded.dataset.test.count > 0 && !values.count("no-test"))
      measured = test(*p.executor, p.loaded, p.settings, folder, interrupt, log, terminal);
    if (!ranks.leads()) return kDone;
    if (write_report(folder, std::move(measured), log, terminal))
      log.say("report   " + folder.report().string());
    p.executor.reset();  // whose memory compiling may take
    keep_kernels(p.compiled.model, folder, interrupt, log);
    conclude(p.settings, folder, log);
  } catch (const StoppedBySignal& interrupted) {
    meeting().arrive();
    log.say("stopped by " + signal_name(interrupted.signal) +
            ", the test images were not evaluated; go on with: " + resume_command(command));
    return 128 + interrupted.signal;
  }
  return kDone;
}

int run(const options::variables_map& values, Terminal& terminal) {
  if (values.count("resume") && (values.count("force") || values.count("init")))
    throw UserError{{{}, "--resume goes on with a run; it cannot be given with --force or --init", ""}};
  if (values.count("accept-changes") && !values.count("resume"))
    throw UserError{{{}, "--accept-changes is of a run that goes on: give --resume with it", ""}};
  const InterruptGuard interrupt;
  try {
    return train(values, interrupt, terminal);
  } catch (const StoppedBySignal& interrupted) {
    terminal.say(
        "stopped by " + signal_name(interrupted.signal) + " before the " +
        (values.count("resume") ? "run went on: nothing was changed" : "first step: nothing was written"));
    return 128 + interrupted.signal;
  }
}

}  // namespace

extern const Verb train_verb{
    .name = "train",
    .summary = "train a model",
    .usage = "MODEL [--out DIR] [--resume [--accept-changes]] [--set KEY=VALUE] [options]",
    .details =
        "Writes a run folder with metrics, pictures, a report (report.html), what TensorBoard shows, and\n"
        "checkpoints: the last one, one for each evaluated epoch, and the best one if the model evaluates\n"
        "validation images.\n"
        "On Ctrl-C, SIGTERM, SIGHUP or SIGUSR1 it finishes the step, writes a checkpoint and says how to\n"
        "continue; a second Ctrl-C stops it at once. Only one process at a time writes to a run folder.\n"
        "mpirun -n 4 sganc train MODEL trains with 4 processes, on one machine or on several: each takes "
        "its\n"
        "share of every batch. The weights become the same but for rounding.\n"
        "--force replaces a run and nothing else.\n"
        "--no-test leaves the test images for a later eval, so that nothing is chosen by them.\n"
        "--resume continues a run, which ends with the same bits as one that never stopped. The model must\n"
        "be that of the run, so give the same --set again. Changes such as more epochs or other splits to\n"
        "evaluate are accepted with a message. All other changes are listed and refused, unless\n"
        "--accept-changes is given.\n"
        "  sganc train models/mnist_stacked.toml\n"
        "  sganc train models/mnist_stacked.toml --resume\n"
        "  sganc train models/mnist_stacked.toml --set data.source=fashion-mnist --out runs/fashion\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .on_ranks = true};

}  // namespace sganc
