#include <algorithm>
#include <filesystem>
#include <optional>

#include "compiler/driver/compilation.h"
#include "compiler/driver/run_table.h"
#include "compiler/inspect/plot.h"
#include "compiler/inspect/summary.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

void add_options(options::options_description& o) {
  using options::value;
  o.add_options()("set", value<Words>()->composing()->value_name("KEY=VALUE"),
                  "override a key of the model file; may be repeated")(
      "plot", value<std::string>()->value_name("FILE"),
      "draw the model: a picture (.svg), or text for Graphviz (.dot)");
}

/// The run folder if `given` is one or is a checkpoint in one. Returns nothing if `given` is a model file.
std::optional<std::string> run_folder(const std::string& given) {
  const fs::path path(given);
  if (fs::is_directory(path)) return given;
  if (path.extension() == ".safetensors" && fs::exists(path))
    return fs::absolute(path).parent_path().parent_path().string();
  if (path.extension() == ".toml") return {};
  const std::string wrong = fs::exists(path) ? "\"" + given + "\" is neither a model file nor a run folder"
                                             : "there is no model and no run \"" + given + "\"";
  throw UserError{{{}, wrong, "name a .toml file, or folders that sganc train made"}};
}

using Plot = std::string (*)(const ModelSummary&);

Plot plot_of(const std::string& file) {
  const std::string ending = fs::path(file).extension().string();
  if (ending == ".svg") return to_svg;
  if (ending == ".dot") return to_dot;
  throw UserError{{{}, "--plot cannot write \"" + file + "\"", "name a file that ends in .svg or .dot"}};
}

int inspect_model(const std::string& file, const options::variables_map& values, Terminal& terminal) {
  ModelRequest request{.file = file};
  if (values.count("set")) request.overrides = values["set"].as<Words>();
  const auto out = values.count("plot") ? values["plot"].as<std::string>() : "";
  const Plot plot = values.count("plot") ? plot_of(out) : nullptr;
  const auto model = load(request, terminal);
  if (!model) return kBadInput;
  Diagnostics diagnostics;
  const ModelSummary summary = summarize(*model, diagnostics);
  if (!diagnostics.empty()) {
    diagnostics.sort();
    diagnostics.print(terminal.err, terminal.color);
    return kBadInput;
  }
  if (plot)
    use_given_file([&] { write_file_atomically(out, plot(summary)); });
  else
    terminal.out << (terminal.json ? to_json(summary) : to_text(summary));
  return kDone;
}

int inspect_runs(const Words& folders, const options::variables_map& values, Terminal& terminal) {
  for (const std::string flag : {"set", "plot"})
    if (values.count(flag)) throw UserError{{{}, "--" + flag + " is for a model, not for runs", ""}};
  std::vector<RunRow> runs;
  for (const auto& folder : folders) {
    auto run = read_run(folder, terminal);
    if (!run) return kBadInput;
    runs.push_back(std::move(*run));
  }
  if (terminal.json)
    for (const auto& run : runs) terminal.out << to_json(run);
  else
    terminal.out << to_text(runs);
  return kDone;
}

int run(const options::variables_map& values, Terminal& terminal) {
  const auto words = values["MODEL or RUN"].as<Words>();
  Words runs;
  for (const auto& word : words)
    if (auto folder = run_folder(word)) runs.push_back(std::move(*folder));
  if (runs.size() == words.size()) return inspect_runs(runs, values, terminal);
  if (words.size() > 1) throw UserError{{{}, "sganc inspect takes one model, or runs, and not both", ""}};
  return inspect_model(words[0], values, terminal);
}

}  // namespace

extern const Verb inspect_verb{
    .name = "inspect",
    .summary = "show a model's layers, sizes and costs, draw it, or compare runs",
    .usage = "MODEL [--plot FILE] [--set KEY=VALUE] [options] | RUN...",
    .details =
        "For a model, prints each layer with the shape of its output, its parameters, and its multiply-adds\n"
        "(those of the forward products, for one example), then the nets and what they share, the\n"
        "optimizers, and the updates. It compiles nothing and needs no data.\n"
        "  sganc inspect models/mnist_stacked.toml\n"
        "  sganc inspect models/mnist_stacked.toml --plot model.svg   a picture, for light and dark pages\n"
        "  sganc inspect models/mnist_stacked.toml --plot model.dot   the same for Graphviz\n\n"
        "For runs, also those that are still training, prints one line each: the last accuracy on every\n"
        "evaluated split, and the best on validation images. For a single run it also prints the accuracies\n"
        "of each epoch.\n"
        "  sganc inspect runs/mnist-stacked\n"
        "  sganc inspect runs/sweep/*\n\n"
        "--format json prints one object for a model, or one line with an object for each run.\n",
    .positional = {"MODEL or RUN"},
    .required = 1,
    .add_options = add_options,
    .run = run,
    .repeats = true};

}  // namespace sganc
