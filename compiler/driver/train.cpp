#include <algorithm>
#include <deque>
#include <numeric>

#include "compiler/codegen/library.h"
#include "compiler/driver/divide_data.h"
#include "compiler/driver/load_data.h"
#include "compiler/driver/resume.h"
#include "compiler/driver/same_data.h"
#include "compiler/driver/shell_word.h"
#include "compiler/language/spelling.h"
#include "runtime/system/files.h"
#include "runtime/train/begin_weights.h"
#include "runtime/train/checkpoint.h"
#include "runtime/train/evaluate.h"
#include "runtime/train/interrupt.h"
#include "runtime/train/run_lock.h"
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

SpreadSettings settings_of(const DeclaredSpread& declared) {
  SpreadSettings settings{.name = "spread." + declared.name,
                          .features = {},
                          .neighbours = declared.neighbours,
                          .power = declared.power,
                          .alpha = declared.alpha,
                          .rounds = declared.rounds,
                          .keep = declared.keep,
                          .from_step = declared.from_step,
                          .every = declared.every};
  for (const auto& f : declared.features) {
    const auto standardized = [&](const Located<std::string>& net) { return net.value == f.net.value; };
    settings.features.push_back(
        {f.net.value, f.part, std::ranges::any_of(declared.standardize, standardized)});
  }
  return settings;
}

TrainingSettings settings_of(const Model& model) {
  TrainingSettings settings{.model_name = model.name};
  for (const auto& u : model.updates) {
    TrainingUpdate update{.name = u.name, .replace = u.replace, .cadence = u.cadence};
    for (const auto& d : u.draws) {
      if (!model.input(d.source.value))
        update.draws.push_back({d.name.value, d.source.value == "labeled",
                                model.spread(d.source.value) ? d.source.value : std::string()});
      update.count += d.count.value;
    }
    settings.updates.push_back(std::move(update));
  }
  for (const auto& spread : model.spreads) settings.spreads.push_back(settings_of(spread));
  settings.epochs = model.train.epochs;
  settings.steps_per_epoch = model.train.steps_per_epoch;
  settings.checkpoint_minutes = model.train.checkpoint_minutes;
  settings.keep = model.train.keep;
  settings.seed = static_cast<std::uint64_t>(model.train.seed);
  settings.range_low = model.data.range_low;
  settings.range_high = model.data.range_high;
  for (const auto& split : model.evaluate.splits) settings.splits.push_back(split.value);
  settings.evaluate_every = model.evaluate.every;
  settings.classifier = !model.evaluate.classifier.value.empty();
  settings.generator = !model.evaluate.generator.value.empty();
  return settings;
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

/// The command that goes on with this run.
std::string resume_command(const std::vector<std::string>& command) {
  std::string text = "./sganc";
  for (const auto& word : command) text += " " + shell_word(word);
  return text + " --resume";
}

template <class Range>
std::string numbers(const Range& values, const std::string& between) {
  std::string text;
  for (auto v : values) text += (text.empty() ? "" : between) + std::to_string(v);
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  return std::accumulate(words.begin(), words.end(), std::string(),
                         [](std::string a, const std::string& b) { return a.empty() ? b : a + " " + b; });
}

/// Makes sure that the model can learn from these images. If labels are used, the classes of a label input
/// are the data's; without them they are a code that a model gives a meaning of its own. Throws UserError.
void require_fit(const Compiled& compiled, const Dataset& data, bool uses_labels) {
  const Model& model = compiled.model;
  const auto* image = model.image();
  if (image && !std::ranges::equal(image->shape, data.image_shape))
    throw UserError{{image->where,
                     "the images of " + data.name + " are [" + numbers(data.image_shape, ", ") + "], not [" +
                         numbers(image->shape, ", ") + "]",
                     ""}};
  for (const auto& input : model.inputs)
    if (input.kind == DeclaredInput::Kind::label && uses_labels && input.shape[0] != data.classes)
      throw UserError{{input.where,
                       "the input \"" + input.name + "\" has " + std::to_string(input.shape[0]) +
                           " classes, " + data.name + " has " + std::to_string(data.classes),
                       ""}};
  const auto* classify = compiled.program.function(FunctionRole::classify);
  if (!classify) return;
  const auto probability = std::ranges::find(classify->outputs, "probability", &NamedBuffer::name);
  if (const auto classes = probability->buffer.extents.back(); classes < data.classes)
    throw UserError{{model.net(model.evaluate.classifier.value)->where,
                     "the classifier knows " + std::to_string(classes) + " classes, " + data.name + " has " +
                         std::to_string(data.classes),
                     ""}};
}

/// What a person should know before the first step.
void announce(const Compiled& compiled, const LoadedData& loaded, const Division& division,
              const TrainingSettings& settings, const ModelRequest& request, const fs::path& out,
              RunLog& log) {
  const Machine machine = this_machine();
  log.say("run      " + out.string());
  log.say("machine  " + machine.processor.name + ", " + counted(request.threads, "thread") + ", " +
          joined(machine.processor.vector_instructions()));
  for (const auto& line : data_text(loaded)) log.say(line);
  const Dataset& data = loaded.dataset;
  const auto by_class = [&](const std::vector<std::int32_t>& indices, const std::string& what) {
    return std::to_string(indices.size()) + what + ", of each class " +
           numbers(class_histogram(data.train.labels, indices, data.classes), " ");
  };
  log.say("labels   " + (settings.uses_labels() ? by_class(division.labelled, "") : "none used"));
  if (!division.held_out.empty()) log.say("held out " + by_class(division.held_out, " for validation"));
  for (const auto& net : compiled.model.nets) {
    std::int64_t count = 0;
    for (const auto& v : compiled.module.variables)
      if (v.role == Role::weight && v.net == net.name) count += v.type.elements();
    if (count > 0) log.say("net      " + net.name + ": " + std::to_string(count) + " parameters");
  }
  for (const auto& u : compiled.model.updates)
    log.say("update   " + u.name + ": minimize " + objective(u) +
            (manner(u).empty() ? "" : "; " + manner(u)));
  log.say("train    " + counted(settings.epochs, "epoch") + " of " +
          std::to_string(settings.steps_per_epoch) + " steps, seed " + std::to_string(settings.seed));
}

/// Measures a checkpoint's weights, which the executor has, on the test images and says so.
EvalRecord test(Executor& executor, const Dataset& data, const fs::path& checkpoint, const std::string& name,
                const InterruptGuard& interrupt, RunLog& log, Terminal& terminal) {
  const auto between = [&](std::int64_t, std::int64_t) {
    interrupt.require_none();
    return true;
  };
  auto record = evaluate(executor, data, {}, "test", between)->record;
  const auto file = Checkpoint::read(checkpoint);
  record.step = file.integer("step");
  record.epoch = file.integer("epoch");
  record.checkpoint = name;
  const std::string text = (name.empty() ? "" : name + " (epoch " + std::to_string(record.epoch) + "): ") +
                           evaluation_text(record);
  log.note(text);
  terminal.out << (terminal.json ? to_json(record) : text) << "\n";
  return record;
}

/// Accuracy on the test images of the last weights, once among the metrics, and of the best ones where they
/// are kept, if `tests`; then what to try next.
void conclude(Executor& executor, const Dataset& data, const TrainingSettings& settings,
              const RunFolder& folder, bool tests, const InterruptGuard& interrupt, RunLog& log,
              Terminal& terminal) {
  const std::string out = folder.path().string();
  const bool best = settings.keeps_best() && fs::exists(folder.best());
  if (tests) {
    auto record = test(executor, data, folder.last(), best ? "last" : "", interrupt, log, terminal);
    record.checkpoint.clear();
    add_final_evaluation(folder, executor, record);
    if (best) {
      load_weights(folder.best(), executor);
      test(executor, data, folder.best(), "best", interrupt, log, terminal);
    }
  }
  if (settings.classifier) {
    log.say("next     ./sganc eval " + shell_word(out) + " --split train");
    log.say("         ./sganc predict " + shell_word(out) + " PATH...");
  }
  if (settings.generator)
    log.say("         ./sganc sample " + shell_word(out) + " --count 100 --out grid.png");
}

RunEnvironment environment_of(const ModelRequest& request, const ExplainedTarget& target,
                              const TrainingSettings& settings, const std::vector<std::string>& command,
                              const options::variables_map& values) {
  RunEnvironment e{.machine = this_machine(), .threads = request.threads, .isa = target.text};
  e.isa_reason = target.reason;
  e.versions = {{"sganc", version()}, {"onednn", e.machine.onednn}};
  e.seed = settings.seed;
  e.started = std::chrono::system_clock::now();
  e.command = {"sganc"};
  e.command.insert(e.command.end(), command.begin(), command.end());
  if (values.count("init")) e.command.insert(e.command.end(), {"--init", values["init"].as<std::string>()});
  return e;
}

/// Names of weights by layer, each once: `trunk.conv_1 trunk.conv_2`.
std::string layers_of(const std::vector<std::string>& weights) {
  std::vector<std::string> layers;
  for (const auto& weight : weights) {
    const auto layer = weight.substr(0, weight.rfind('.'));
    if (layers.empty() || layers.back() != layer) layers.push_back(layer);
  }
  return joined(layers);
}

/// What --init took from a file, what it did not, and what begins anew.
std::vector<std::string> initial_weights_text(const fs::path& file, const MatchedWeights& matched) {
  std::vector<std::string> lines = {"init     from " + file.string(),
                                    "         taken: " + layers_of(matched.taken)};
  const auto tell = [&](const std::string& what, const std::vector<std::string>& weights) {
    if (!weights.empty()) lines.push_back("         " + what + ": " + layers_of(weights));
  };
  tell("of another shape there, begin anew", matched.other_shape);
  tell("not there, begin anew", matched.missing);
  tell("not taken, not in this model", matched.unused);
  return lines;
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

/// The folder of the run; with --force emptied of a former one.
RunFolder open_folder(const fs::path& out, const options::variables_map& values) {
  return use_given_file([&] {
    return values.count("resume") ? RunFolder::open_to_resume(out)
                                  : RunFolder::open_new(out, values.count("force"));
  });
}

/// Trains. A resume that does not fit the run in the folder is a mistake of the user; other failures are
/// noted in the run's log.
int train(const TrainingEnvironment& environment) {
  try {
    return run_training(environment);
  } catch (const RefusedResume& e) {
    throw UserError{{{}, e.what(), ""}};
  } catch (const std::runtime_error& e) {
    environment.log.note(std::string("error: ") + e.what());
    throw;
  }
}

/// The weights of --init, and what became of them.
void load_initial_weights(const std::string& init, Executor& executor, Terminal& terminal) {
  const fs::path file = fs::is_directory(init) ? last_checkpoint(init) : fs::path(init);
  const auto matched = use_given_file([&] { return load_matching_weights(file, executor); });
  for (const auto& line : initial_weights_text(file, matched)) terminal.say(line);
}

/// What the model file and the schedule say: read once, whatever becomes of the files while data load.
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

/// Compiles it; a signal ends that between two kernels.
Program compile(const ReadModel& read, const InterruptGuard& interrupt, Terminal& terminal) {
  try {
    return compile(read.planned, terminal, {}, [&] { return interrupt.signal() != 0; });
  } catch (const Interrupted&) {
    throw StoppedBySignal{interrupt.signal()};
  }
}

int train(const options::variables_map& values, const InterruptGuard& interrupt, Terminal& terminal) {
  ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  auto read = read_model(request, terminal);
  if (!read) return kBadInput;
  const fs::path out = values.count("out") ? values["out"].as<std::string>() : "runs/" + read->model.name;
  use_given_file([&] { RunLock::require_free(out); });
  require_folder(out, values);
  const auto lock = use_given_file([&] { return RunLock(out); });
  require_folder(out, values);  // another process may have had it before

  std::vector<std::string> changes;
  if (values.count("resume")) {
    const auto review = review_resume(read->model, out, values.count("accept-changes"), terminal);
    if (!review) return kBadInput;
    changes = *review;
  }

  const auto between = [&] { interrupt.require_none(); };
  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  RunLog log(terminal.quiet ? nullptr : stderr, &progress);
  DataLoading loading(read->model, values, request.threads, terminal);
  Program program = compile(*read, interrupt, terminal);
  Compiled compiled{read->model, std::move(read->planned.module), std::move(program),
                    explained_target(read->planned.schedule, read->planned.machine)};
  const TrainingSettings settings = settings_of(compiled.model);
  Executor executor(compiled.program, request.threads, settings.seed);
  const LoadedData loaded = loading.get(progress, between);
  const Dataset& data = loaded.dataset;
  if (loaded.test) compiled.model.data.test = loaded.test;
  if (values.count("resume")) require_data_of_run(RunFolder::open_to_resume(out), loaded.identity);
  require_fit(compiled, data, settings.uses_labels());
  require_data_of_indices(compiled.model, loaded.identity);
  const Division division = divide_data(compiled.model, data, settings.uses_labels());
  if (settings.classifier) require_labels(compiled.model, data, division);
  std::deque<Spread> spreads;
  for (const auto& spread : settings.spreads) spreads.emplace_back(spread, data);
  begin_weights(executor, data, division, spreads, settings);
  if (values.count("init")) load_initial_weights(values["init"].as<std::string>(), executor, terminal);
  between();
  // By now all that can be mistaken is known to be good, and --init may have read the former run.
  const RunFolder folder = open_folder(out, values);
  const auto command = command_of(request, out, values);
  const auto begun = [&] {
    if (!fs::exists(folder.model())) folder.write_model(compiled.model.file->text);
    if (!fs::exists(folder.environment()))
      folder.write_environment(environment_of(request, compiled.target, settings, command, values));
    announce(compiled, loaded, division, settings, request, out, log);
    for (const auto& line : changes) log.say(line);
    write_changed_model(folder, compiled.model);
  };
  const int code = train({.executor = executor,
                          .dataset = data,
                          .division = division,
                          .spreads = spreads,
                          .folder = folder,
                          .log = log,
                          .progress = progress,
                          .settings = settings,
                          .interrupt = interrupt,
                          .resume = values.count("resume") > 0,
                          .resume_command = resume_command(command),
                          .begun = begun,
                          .data_record = to_json(loaded.identity)});
  if (code != kDone) return code;
  try {
    const bool tests = settings.classifier && !values.count("no-test");
    conclude(executor, data, settings, folder, tests, interrupt, log, terminal);
  } catch (const StoppedBySignal& interrupted) {
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
        "Writes a run folder with metrics, pictures and checkpoints: the last one, one for each evaluated\n"
        "epoch, and the best one if the model evaluates validation images.\n"
        "On Ctrl-C, SIGTERM, SIGHUP or SIGUSR1 it finishes the step, writes a checkpoint and says how to\n"
        "continue; a second Ctrl-C stops it at once. Only one process at a time writes to a run folder.\n"
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
    .run = run};

}  // namespace sganc
