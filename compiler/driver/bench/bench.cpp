#include <algorithm>
#include <filesystem>
#include <numeric>

#include "compiler/driver/bench/measure.h"
#include "compiler/driver/bench/plot.h"
#include "compiler/driver/bench/report.h"
#include "runtime/execute/machine.h"
#include "runtime/report/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void add_options(options::options_description& o) {
  add_model_options(o);
  using options::value;
  o.add_options()("schedules", value<std::string>()->value_name("A,B,..."),
                  "schedules to compare with the first of them")(
      "kernel", value<std::string>()->value_name("[FUNCTION/]NAME"),
      "time only the steps of that name, alone; * stands for any characters")(
      "repetitions", value<int>()->default_value(10)->value_name("N"), "measured steps of each schedule")(
      "warmup", value<int>()->default_value(3)->value_name("N"), "steps before them")(
      "top", value<int>()->default_value(10)->value_name("N"),
      "how many of the costliest steps to show, or of those whose times lie furthest apart")(
      "plot", value<std::string>()->value_name("FILE.svg"), "write a bar chart too");
}

/// What can be known to be wrong before anything is measured.
void require_sound(const options::variables_map& values) {
  if (values["repetitions"].as<int>() < 1 || values["warmup"].as<int>() < 1)
    throw UserError{{{}, "--repetitions and --warmup must be at least 1", ""}};
  if (values["top"].as<int>() < 0) throw UserError{{{}, "--top must be at least 0", ""}};
  if (!values.count("plot")) return;
  const fs::path plot = values["plot"].as<std::string>();
  if (plot.extension() != ".svg")
    throw UserError{{{}, "--plot cannot write \"" + plot.string() + "\"", "name a file that ends in .svg"}};
  if (plot.has_parent_path() && !fs::is_directory(plot.parent_path()))
    throw UserError{{{},
                     "--plot cannot write \"" + plot.string() + "\"",
                     "there is no folder \"" + plot.parent_path().string() + "\""}};
}

BenchPlan plan_of(const options::variables_map& values, const Variants& variants, Terminal& terminal) {
  const BenchPlan plan{
      .threads = std::ranges::max(variants.list, {}, &Variant::threads).threads,
      .warmup = values["warmup"].as<int>(),
      .repetitions = values["repetitions"].as<int>(),
      .keep_all = variants.list.size() == 1 || fit_together(variants.list, available_memory_bytes())};
  if (!plan.keep_all) terminal.say("memory is scarce: each schedule is loaded for its turn alone");
  return plan;
}

std::string report(const BenchResult& result, const std::string& format, int top) {
  if (format == "json") return to_json(result);
  if (format == "csv") return to_csv(result);
  return format == "md" ? to_markdown(result) : to_text(result, top);
}

int run(const options::variables_map& values, Terminal& terminal) {
  require_sound(values);
  const ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  const auto variants = compile_variants(request, schedules_of(values), terminal);
  if (!variants) return kBadInput;
  std::vector<ChosenKernel> kernels;
  if (values.count("kernel")) kernels = choose_kernels(*variants, values["kernel"].as<std::string>());
  const BenchPlan plan = plan_of(values, *variants, terminal);
  terminal.say("measuring; the machine should have nothing else to do");
  const BenchResult result =
      kernels.empty() ? measure_steps(*variants, plan) : measure_kernels(*variants, kernels, plan);
  if (values.count("plot"))
    use_given_file([&] { write_file_atomically(values["plot"].as<std::string>(), to_svg(result)); });
  terminal.out << report(result, values["format"].as<std::string>(), values["top"].as<int>());
  return kDone;
}

}  // namespace

extern const Verb bench_verb{
    .name = "bench",
    .summary = "time a model's training step, compare schedules, and the machine's matrix product",
    .usage = "MODEL [--schedules default,naive,mine.toml] [--kernel NAME] [--plot FILE.svg]",
    .details =
        "Trains on random bytes, so that no data set is needed. Each update runs once a step, whatever its "
        "every\n"
        "and repeat. The matrix product (oneDNN, f32) is measured between the steps, so that both see the "
        "same\n"
        "machine. Schedules are compiled first and then take turns, another one first in each repetition; "
        "each\n"
        "is compared with the first by the pairs that this makes (Wilcoxon's signed-rank test), which takes "
        "6\n"
        "repetitions at least.\n\n"
        "  sganc bench models/mnist_stacked.toml --schedules default,onednn --plot bench.svg\n"
        "  sganc bench models/mnist_stacked.toml --schedules default,mine.toml --kernel \"g/generator.*\"\n"
        "  sganc bench models/mnist_stacked.toml --format json > now.json    for compare.py of Google "
        "Benchmark\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .formats = {"text", "json", "csv", "md", "table"}};

}  // namespace sganc
