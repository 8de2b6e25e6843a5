#include <fstream>
#include <future>
#include <numeric>
#include <sstream>

#include "compiler/codegen/library.h"
#include "compiler/driver/places.h"
#include "compiler/driver/saved_run.h"
#include "runtime/data/labels.h"
#include "runtime/data/sources.h"
#include "runtime/report/files.h"
#include "runtime/train/evaluate.h"
#include "runtime/train/state.h"
#include "runtime/train/trainer.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void add_options(options::options_description& o) {
  using options::value;
  add_model_options(o);
  add_data_option(o);
  o.add_options()("out", value<std::string>()->value_name("DIR"),
                  "the run folder; runs/NAME where not given")("resume", "go on with the run in that folder")(
      "force", "begin anew in a folder that holds a run")(
      "init", value<std::string>()->value_name("CHECKPOINT"), "begin with its weights, matched by name");
}

TrainingPlan plan_of(const Model& model) {
  TrainingPlan plan{.model_name = model.name};
  for (const auto& u : model.updates) {
    TrainingUpdate update{.name = u.name};
    for (const auto& d : u.draws) {
      if (!model.input(d.source.value)) update.draws.push_back({d.name.value, d.source.value == "labeled"});
      update.count += d.count.value;
    }
    plan.updates.push_back(std::move(update));
  }
  plan.epochs = model.train.epochs;
  plan.steps_per_epoch = model.train.steps_per_epoch;
  plan.checkpoint_minutes = model.train.checkpoint_minutes;
  plan.seed = static_cast<std::uint64_t>(model.train.seed);
  plan.labels_per_class = model.data.labels_per_class;
  plan.range_low = model.data.range_low;
  plan.range_high = model.data.range_high;
  for (const auto& split : model.evaluate.splits) plan.splits.push_back(split.value);
  plan.classifier = !model.evaluate.classifier.value.empty();
  plan.generator = !model.evaluate.generator.value.empty();
  return plan;
}

std::string quoted(const std::string& word) {
  return word.find_first_of(" '\"$&()[]{}*?;<>|") == std::string::npos ? word : "'" + word + "'";
}

/// The command that goes on with this run.
std::string resume_command(const ModelRequest& request, const fs::path& out) {
  std::string text = "./sganc train " + quoted(request.file) + " --out " + quoted(out.string()) + " --resume";
  for (const auto& o : request.overrides) text += " --set " + quoted(o);
  return text;
}

std::string numbers(const std::vector<std::int64_t>& values) {
  std::string text;
  for (auto v : values) text += (text.empty() ? "" : " ") + std::to_string(v);
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  return std::accumulate(words.begin(), words.end(), std::string(),
                         [](std::string a, const std::string& b) { return a.empty() ? b : a + " " + b; });
}

/// What a person should know before the first step.
void announce(const Compiled& compiled, const Dataset& data, const TrainingPlan& plan,
              const ModelRequest& request, const fs::path& out, RunLog& log) {
  const Machine machine = this_machine();
  log.say("run      " + out.string());
  log.say("machine  " + machine.processor.name + ", " + std::to_string(request.threads) + " threads, " +
          joined(machine.processor.instructions));
  log.say("data     " + data.name + ": " + std::to_string(data.train.count) + " training and " +
          std::to_string(data.test.count) + " test images of " +
          numbers({data.image_shape.begin(), data.image_shape.end()}));
  const auto labelled = choose_labelled(data.train.labels, data.classes, plan.labels_per_class, plan.seed);
  log.say("labels   " + std::to_string(labelled.size()) + ", of each class " +
          numbers(class_histogram(data.train.labels, labelled, data.classes)));
  for (const auto& net : compiled.model.nets) {
    std::int64_t count = 0;
    for (const auto& v : compiled.module.variables)
      if (v.weight && v.net == net.name) count += v.type.elements();
    if (count > 0) log.say("net      " + net.name + ": " + std::to_string(count) + " parameters");
  }
  for (const auto& u : compiled.model.updates)
    log.say("update   " + u.name + ": minimize " + to_string(u.minimize));
  log.say("train    " + std::to_string(plan.epochs) + " epochs of " + std::to_string(plan.steps_per_epoch) +
          " steps, seed " + std::to_string(plan.seed));
}

/// Accuracy on the test images, and what to try next.
void conclude(Executor& executor, const Dataset& data, const TrainingPlan& plan, const fs::path& out,
              RunLog& log, Terminal& terminal) {
  if (plan.classifier) {
    const auto evaluation = evaluate(executor, data, "test");
    log.note(evaluation_text(evaluation->record));
    terminal.out << (terminal.json ? to_json(evaluation->record) : evaluation_text(evaluation->record))
                 << "\n";
    log.say("next     ./sganc eval " + out.string() + " --split train");
  }
  if (plan.generator) log.say("         ./sganc sample " + out.string() + " --count 100 --out grid.png");
}

RunEnvironment environment_of(const ModelRequest& request, const TrainingPlan& plan,
                              const options::variables_map& values) {
  RunEnvironment e{.machine = this_machine(), .threads = request.threads, .isa = halide_target()};
  e.versions = {{"sganc", version()}, {"onednn", e.machine.onednn}};
  e.seed = plan.seed;
  e.started = std::chrono::system_clock::now();
  e.command = {"sganc", "train", values["MODEL"].as<std::string>()};
  for (const auto& o : request.overrides) e.command.insert(e.command.end(), {"--set", o});
  return e;
}

/// The folder, opened before anything takes long.
RunFolder open_folder(const fs::path& out, const options::variables_map& values) {
  return use_given_file([&] {
    if (!values.count("resume")) return RunFolder::open_new(out, values.count("force"));
    auto folder = RunFolder::open_existing(out);
    folder.require_writable();
    return folder;
  });
}

int run(const options::variables_map& values, Terminal& terminal) {
  if (values.count("resume") && (values.count("force") || values.count("init")))
    throw UserError{{{}, "--resume goes on with a run; it cannot be given with --force or --init", ""}};
  const ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  const auto model = load(request, terminal);
  if (!model || !load_schedule_of(request, terminal) || !build(*model, terminal)) return kBadInput;
  const fs::path out = values.count("out") ? values["out"].as<std::string>() : "runs/" + model->name;
  const RunFolder folder = open_folder(out, values);

  ProgressLine progress(stderr, terminal.quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  RunLog log(terminal.quiet ? nullptr : stderr, &progress);
  const DataPlaces places{.folder = values.count("data") ? values["data"].as<std::string>()
                                                         : default_data_folder().string()};
  auto loading = std::async(std::launch::async, [&] {
    return load_dataset(model->data.source.value, places,
                        [&](const std::string& line) { terminal.say(line); });
  });
  const auto compiled = compile(request, terminal);
  if (!compiled) return kBadInput;
  const TrainingPlan plan = plan_of(compiled->model);
  Executor executor(compiled->program, request.threads, plan.seed);
  const Dataset data = loading.get();
  if (values.count("init")) {
    const std::string file = values["init"].as<std::string>();
    const auto taken = use_given_file([&] { return load_matching_weights(file, executor); });
    terminal.say("init     " + std::to_string(taken) + " weights taken from " + file);
  }
  if (!values.count("resume")) {
    folder.write_model(model->file->text);
    folder.write_environment(environment_of(request, plan, values));
  }
  folder.write_resolved(to_toml(compiled->model));
  announce(*compiled, data, plan, request, out, log);
  const int code = run_training({.executor = executor,
                                 .dataset = data,
                                 .folder = folder,
                                 .log = log,
                                 .progress = progress,
                                 .plan = plan,
                                 .resume = values.count("resume") > 0,
                                 .resume_command = resume_command(request, out)});
  if (code == kDone) conclude(executor, data, plan, out, log, terminal);
  return code;
}

}  // namespace

extern const Verb train_verb{
    .name = "train",
    .summary = "train a model",
    .usage = "MODEL [--out DIR] [--resume] [--set KEY=VALUE] [options]",
    .details =
        "Writes a run folder with metrics, pictures and checkpoints. Ctrl-C finishes the step, writes a\n"
        "checkpoint and says how to go on.\n"
        "  sganc train models/mnist_stacked.toml\n"
        "  sganc train models/mnist_stacked.toml --resume\n"
        "  sganc train models/mnist_stacked.toml --set data.source=fashion-mnist --out runs/fashion\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
