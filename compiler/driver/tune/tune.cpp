#include <cstdlib>
#include <nlohmann/json.hpp>

#include "compiler/driver/bench/measure.h"
#include "compiler/driver/places.h"
#include "compiler/driver/tune/write.h"
#include "compiler/language/spelling.h"
#include "runtime/system/files.h"
#include "runtime/system/process.h"
#include "runtime/train/interrupt.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using Clock = Search::Clock;

/// The least time for a workload, so that a short budget is not divided into shares that are too short for
/// anything.
constexpr std::chrono::duration<double> kLeastShare{1};
/// The most time for the training steps that show where the time goes.
constexpr std::chrono::minutes kMostTimeOfBase{10};

void add_options(options::options_description& o) {
  add_model_options(o);
  using options::value;
  o.add_options()("budget", value<std::string>()->default_value("10m")->value_name("TIME"),
                  "how long to measure: 90s, 10m, 1h")(
      "kernel", value<std::string>()->value_name("[FUNCTION/]NAME"),
      "tune only kernels with that name; * stands for any characters")(
      "records", value<std::string>()->value_name("FILE.jsonl"),
      "the file of measurements, to continue from; by default runs/tune/MODEL.jsonl")(
      "out", value<std::string>()->value_name("FILE.toml"),
      "the schedule to write; by default MODEL-tuned.toml beside the records");
}

/// A budget in seconds, written as 90s, 10m or 1h.
double seconds_of(const std::string& budget) {
  const std::string digits = budget.substr(0, budget.find_first_not_of("0123456789"));
  const std::string unit = budget.substr(digits.size());
  const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (digits.empty() || digits.size() > 6 || seconds == 0 || std::stoi(digits) == 0)
    throw UserError{{{}, "--budget cannot be \"" + budget + "\"", "write it as in 90s, 10m, 1h"}};
  return seconds * std::stoi(digits);
}

/// The time of each step of a training step under the base. A child process measures it: this process must
/// not run kernels, since its later children could not use its team of threads.
std::vector<StepCost> costs_of(const Variants& variants) {
  const ForkResult child = run_in_fork(
      [&] {
        const BenchSettings settings{.threads = variants.list[0].threads, .warmup = 2, .repetitions = 5};
        nlohmann::json costs;
        const BenchResult result = measure_steps(variants, settings);
        for (const auto& c : result.variants.at(0).costs) costs.push_back({c.update, c.name, c.ms});
        return costs.dump();
      },
      kMostTimeOfBase);
  if (!child.failure.empty())
    throw std::runtime_error("the training step cannot be measured: " + child.failure);
  std::vector<StepCost> costs;
  for (const auto& c : nlohmann::json::parse(child.text))
    costs.push_back({.update = c.at(0), .name = c.at(1), .ms = c.at(2)});
  return costs;
}

/// Removes the workloads that --kernel does not name.
void keep_chosen(std::vector<Workload>& workloads, const std::string& pattern, const std::string& model) {
  const KernelOverride match{.match = {pattern, {}}};
  std::vector<std::string> names;
  const bool of_function = pattern.find('/') != std::string::npos;
  const auto is_other = [&](const Workload& workload) {
    return std::ranges::none_of(workload.uses, [&](const std::string& use) {
      const auto slash = use.find('/');
      names.push_back(of_function ? use : use.substr(slash + 1));
      return match.fits(use.substr(0, slash), use.substr(slash + 1));
    });
  };
  std::erase_if(workloads, is_other);
  if (!workloads.empty()) return;
  throw UserError{{{},
                   "the model \"" + model + "\" has nothing to tune that is called \"" + pattern + "\"",
                   suggestion(pattern, names, "sganc compile MODEL --emit kernels lists the kernels")}};
}

std::string progress_of(const Tuned& t) {
  std::string text = t.workload->piece.function + "/" + t.workload->kernel() + ": ";
  char figures[96];
  if (t.best)
    std::snprintf(figures, sizeof figures, "%.3f -> %.3f ms, ", t.record.base_ms(), t.record.ms());
  else
    std::snprintf(figures, sizeof figures, "no gain, ");
  return text + figures + counted(t.candidates, "candidate") + (t.measured == 0 ? " recorded before" : "");
}

/// Divides the time that is left among the workloads still to come, in proportion to their times.
std::vector<Tuned> search(const std::vector<Workload>& workloads, Search& search, double budget,
                          const InterruptGuard& guard, Terminal& terminal) {
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(budget));
  double to_come = 0;
  for (const auto& workload : workloads) to_come += workload.ms;
  std::vector<Tuned> tuned;
  for (const auto& workload : workloads) {
    if (guard.signal() != 0) break;
    const auto now = Clock::now();
    const std::chrono::duration<double> left = std::max(end - now, Clock::duration(0));
    const auto share = std::max(left * (to_come > 0 ? std::min(1.0, workload.ms / to_come) : 1), kLeastShare);
    to_come -= workload.ms;
    tuned.push_back(
        search.tune(workload, std::min(end, now + std::chrono::duration_cast<Clock::duration>(share))));
    if (tuned.back().candidates > 0) terminal.say(progress_of(tuned.back()));
  }
  return tuned;
}

/// A note for the times if the machine is busy: threads that wait for each other also wait for other
/// programs.
std::string other_work() {
  double load = 0;
  char text[64] = "";
  if (getloadavg(&load, 1) == 1 && load > 0.5)
    std::snprintf(text, sizeof text, ", but its load is %.1f", load);
  return text;
}

/// Writes the schedule after checking that it loads and compiles.
void write_schedule(const fs::path& path, const std::string& text, const PlannedModule& base,
                    Terminal& terminal) {
  Diagnostics diagnostics;
  const auto schedule = parse_schedule(text, path.string(), implementation_names(), diagnostics);
  if (!schedule) {
    diagnostics.print(terminal.err, terminal.color);
    throw std::logic_error("the tuned schedule does not load");
  }
  compile(plan(base.module, *schedule, base.machine), terminal);
  use_given_file([&] { write_file_atomically(path, text); });
}

void make_folder_of(const fs::path& file) {
  if (!file.has_parent_path()) return;
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error)
    throw UserError{
        {{}, "the folder \"" + file.parent_path().string() + "\" cannot be made: " + error.message(), ""}};
}

int run(const options::variables_map& values, Terminal& terminal) {
  const double budget = seconds_of(values["budget"].as<std::string>());
  const ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  const std::string name = fs::path(request.file).stem().string();
  const fs::path records_file =
      values.count("records") ? values["records"].as<std::string>() : "runs/tune/" + name + ".jsonl";
  const fs::path out = values.count("out") ? fs::path(values["out"].as<std::string>())
                                           : records_file.parent_path() / (name + "-tuned.toml");
  const auto variants = compile_variants(request, {request.schedule}, terminal);
  if (!variants) return kBadInput;
  const PlannedModule& planned = variants->list[0].planned;

  const InterruptGuard guard;
  terminal.say("measuring; the machine should have nothing else to do" + other_work());
  const auto pieces = workpieces_of(planned);
  auto workloads = workloads_of(pieces, costs_of(*variants));
  std::erase_if(workloads, [](const Workload& w) { return w.ms == 0; });  // not in a training step
  if (values.count("kernel"))
    keep_chosen(workloads, values["kernel"].as<std::string>(), variants->model.name);
  make_folder_of(records_file);
  make_folder_of(out);
  const TuneContext context = tune_context(planned);
  auto records = use_given_file([&] { return TuneRecords(records_file, context); });
  const LibraryOptions library = library_options();
  Search searching(records, planned, library, [&] { return guard.signal() != 0; });
  TuneReport report{.model = variants->model.name,
                    .schedule = planned.schedule.name,
                    .records = records_file.string(),
                    .file = out.string(),
                    .context = context,
                    .tuned = search(workloads, searching, budget, guard, terminal)};
  if (const int signal = guard.signal()) {
    terminal.say("stopped; the same command goes on from " + report.records);
    return 128 + signal;
  }
  write_schedule(out, tuned_schedule(name + "-tuned", planned, report.tuned, context), planned, terminal);
  terminal.out << (terminal.json ? to_json(report) : to_text(report));
  return kDone;
}

}  // namespace

extern const Verb tune_verb{
    .name = "tune",
    .summary = "search for faster kernels of a model on this machine, and write them as a schedule",
    .usage = "MODEL [--budget 10m] [--kernel NAME] [--records FILE.jsonl] [--out FILE.toml]",
    .details =
        "Starts from the directives of the base schedule and changes them in one respect at a time, for the\n"
        "most expensive kernels first. Also tries the other implementations of convolutions. Each candidate\n"
        "is compiled, checked, and measured beside the base, in a process of its own. All measurements are\n"
        "recorded, and a tune that was stopped continues from the records. Kernels that are more than 2 %\n"
        "faster, and by more than the spread, go into the schedule. Nothing else should run on the "
        "machine.\n\n"
        "  sganc tune models/mnist_stacked.toml --budget 30m\n"
        "  sganc tune models/mnist_stacked.toml --kernel \"generator.conv_1.*\" --budget 90s\n"
        "  sganc train models/mnist_stacked.toml --schedule runs/tune/mnist_stacked-tuned.toml\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
