#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "compiler/driver/bench/measure.h"
#include "compiler/driver/bench/plot.h"
#include "compiler/driver/bench/report.h"
#include "compiler/driver/bench/trace.h"
#include "compiler/language/spelling.h"
#include "runtime/execute/machine.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

void add_options(options::options_description& o) {
  add_model_options(o);
  using options::value;
  o.add_options()("schedules", value<std::string>()->value_name("A,B,..."),
                  "schedules to compare with the first one")(
      "kernel", value<std::string>()->value_name("[FUNCTION/]NAME"),
      "time only the steps with that name, each alone; * stands for any characters")(
      "repetitions", value<int>()->default_value(10)->value_name("N"), "measured steps of each schedule")(
      "warmup", value<int>()->default_value(3)->value_name("N"), "steps before the measured ones")(
      "top", value<int>()->default_value(10)->value_name("N"),
      "how many steps to show: the most expensive ones, or those whose times differ most")(
      "by", value<std::string>()->default_value("step")->value_name("step|layer"),
      "list steps, or layers with the sum of their steps (text and md)")(
      "plot", value<std::string>()->value_name("FILE.svg"), "also write a bar chart")(
      "profile", value<std::string>()->value_name("FILE.json"),
      "write when each step of the last repetition ran, for chrome://tracing or ui.perfetto.dev");
}

/// Throws UserError if the file cannot be written. Measuring takes a while, so this is checked before.
void require_writable(const std::string& option, const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::string why;
  if (fs::is_directory(file))
    why = "it is a folder";
  else if (!fs::is_directory(folder))
    why = "there is no folder \"" + folder.string() + "\"";
  else if (access((fs::is_other(file) ? file : folder).c_str(), W_OK) != 0)
    why = "the system says: " + std::string(std::strerror(errno));
  if (!why.empty()) throw UserError{{{}, "--" + option + " cannot write \"" + file.string() + "\"", why}};
}

void require_writable_files(const options::variables_map& values) {
  if (values.count("plot")) {
    const fs::path plot = values["plot"].as<std::string>();
    if (plot.extension() != ".svg")
      throw UserError{{{}, "--plot cannot write \"" + plot.string() + "\"", "name a file that ends in .svg"}};
    require_writable("plot", plot);
  }
  if (values.count("profile")) require_writable("profile", values["profile"].as<std::string>());
}

/// Throws UserError for options that are wrong whatever is measured.
void require_sound(const options::variables_map& values) {
  if (values["repetitions"].as<int>() < 1 || values["warmup"].as<int>() < 1)
    throw UserError{{{}, "--repetitions and --warmup must be at least 1", ""}};
  if (values["top"].as<int>() < 0) throw UserError{{{}, "--top must be at least 0", ""}};
  const std::string by = values["by"].as<std::string>();
  if (by != "step" && by != "layer")
    throw UserError{{{}, "--by cannot be \"" + by + "\"", suggestion(by, {"step", "layer"})}};
  for (const std::string option : {"profile", "by"})
    if (values.count("kernel") && values.count(option) && !values[option].defaulted())
      throw UserError{{{},
                       "--kernel and --" + option + " cannot both be given",
                       "--" + option + " shows the inside of whole training steps"}};
  require_writable_files(values);
}

BenchSettings settings_of(const options::variables_map& values, const Variants& variants,
                          Terminal& terminal) {
  const BenchSettings settings{
      .threads = std::ranges::max(variants.list, {}, &Variant::threads).threads,
      .warmup = values["warmup"].as<int>(),
      .repetitions = values["repetitions"].as<int>(),
      .keep_all = variants.list.size() == 1 || fit_together(variants.list, available_memory_bytes())};
  if (!settings.keep_all) terminal.say("memory is scarce: each schedule is loaded for its turn alone");
  return settings;
}

std::string report(const BenchResult& result, const std::string& format, const Detail& detail) {
  if (format == "json") return to_json(result);
  if (format == "csv") return to_csv(result);
  return format == "md" ? to_markdown(result, detail) : to_text(result, detail);
}

int run(const options::variables_map& values, Terminal& terminal) {
  require_sound(values);
  const ModelRequest request = model_request(values["MODEL"].as<std::string>(), values);
  const auto variants = compile_variants(request, schedules_of(values), terminal);
  if (!variants) return kBadInput;
  std::vector<ChosenKernel> kernels;
  if (values.count("kernel")) kernels = choose_kernels(*variants, values["kernel"].as<std::string>());
  const BenchSettings settings = settings_of(values, *variants, terminal);
  terminal.say("measuring; the machine should have nothing else to do");
  const BenchResult result =
      kernels.empty() ? measure_steps(*variants, settings) : measure_kernels(*variants, kernels, settings);
  if (values.count("plot"))
    use_given_file([&] { write_file_atomically(values["plot"].as<std::string>(), to_svg(result)); });
  if (values.count("profile"))
    use_given_file([&] { write_file_atomically(values["profile"].as<std::string>(), to_trace(result)); });
  const Detail detail{.top = values["top"].as<int>(), .by_layer = values["by"].as<std::string>() == "layer"};
  terminal.out << report(result, values["format"].as<std::string>(), detail);
  return kDone;
}

}  // namespace

extern const Verb bench_verb{
    .name = "bench",
    .summary = "time a model's training step and a large matrix product, and compare schedules",
    .usage =
        "MODEL [--schedules default,naive,mine.toml] [--kernel NAME] [--by layer] [--plot FILE.svg] "
        "[--profile FILE.json]",
    .details =
        "Trains on random bytes, and so needs no data set. Each update runs once per step, without regard\n"
        "to its every and repeat. The matrix product (oneDNN, f32) is measured between the steps, so that\n"
        "both meet the same conditions. All schedules are compiled first. Then they take turns, and each\n"
        "repetition starts with another one. Each schedule is compared with the first one, pair by pair\n"
        "(Wilcoxon's signed-rank test), which needs at least 6 repetitions.\n\n"
        "  sganc bench models/mnist_stacked.toml --schedules default,onednn --plot bench.svg\n"
        "  sganc bench models/mnist_stacked.toml --schedules default,mine.toml --kernel \"g/generator.*\"\n"
        "  sganc bench models/mnist_stacked.toml --by layer --profile trace.json\n"
        "  sganc bench models/mnist_stacked.toml --format json > now.json    for compare.py of Google "
        "Benchmark\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .formats = {"text", "json", "csv", "md", "table"}};

}  // namespace sganc
