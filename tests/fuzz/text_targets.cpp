#include <algorithm>
#include <stdexcept>

#include "compiler/gradient/gradient.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "compiler/schedule/schedule.h"
#include "tests/data_folder.h"
#include "tests/fuzz/target.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_in(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(SGANC_SOURCE_DIR) / folder))
    if (entry.path().extension() == extension) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> contents;
  for (const auto& path : paths) contents.push_back(content_of(path));
  return contents;
}

/// What a model means must survive being written and read again, and its graph must verify.
void read_model(const fs::path& file) {
  Diagnostics diagnostics;
  const auto model = load_model(file, {}, vocabulary(), diagnostics);
  if (model.has_value() != diagnostics.empty()) throw std::logic_error("neither a model nor a mistake");
  if (!model) return;
  const std::string resolved = to_toml(*model);
  const auto again = parse_model(resolved, "resolved.toml", {}, vocabulary(), diagnostics);
  if (!again) throw std::logic_error("the resolved model is refused:\n" + resolved);
  if (to_toml(*again) != resolved) throw std::logic_error("the resolved model reads otherwise:\n" + resolved);
  Module module = build_module(*model, diagnostics);
  add_training(module, *model, diagnostics);
  if (!diagnostics.empty()) return;
  if (const auto problems = verify(module); !problems.empty()) throw std::logic_error(problems.front());
}

void read_schedule(const fs::path& file) {
  Diagnostics diagnostics;
  const auto schedule = load_schedule(file, diagnostics);
  if (schedule.has_value() != diagnostics.empty()) throw std::logic_error("neither a schedule nor a mistake");
}

/// A graph that is read is written and read again as itself.
void read_graph(const fs::path& file) try {
  const Module module = parse_module(content_of(file), file.string());
  const std::string text = to_string(module);
  if (to_string(parse_module(text, "again")) != text)
    throw std::logic_error("the graph reads otherwise:\n" + text);
} catch (const UserError&) {
}

void read_expression(const fs::path& file) try {
  const Expression expression = parse_expression(content_of(file), {});
  const std::string text = to_string(expression);
  if (to_string(parse_expression(text, {})) != text) throw std::logic_error("it reads otherwise: " + text);
} catch (const UserError&) {
}

std::string graph_of_a_model() {
  Diagnostics diagnostics;
  const auto model =
      load_model(fs::path(SGANC_SOURCE_DIR) / "models" / "mnist_stacked.toml", {}, vocabulary(), diagnostics);
  return to_string(build_module(model.value(), diagnostics));
}

std::vector<std::string> words_of_models() {
  std::vector<std::string> words = {"[",
                                    "]",
                                    "{",
                                    "}",
                                    "=",
                                    "\"",
                                    "[net.x]",
                                    "[[update]]",
                                    "extends = \"model.toml\"",
                                    "-1",
                                    "0",
                                    "1e308",
                                    "9223372036854775807",
                                    "true",
                                    "\"same\"",
                                    "image",
                                    "labeled 50",
                                    "from = [\"conv_1\", \"conv_2\"]",
                                    "\n",
                                    "#"};
  for (const auto& kind : vocabulary().layers) words.push_back("{ kind = \"" + kind.name + "\" },");
  for (const auto& function : vocabulary().functions) words.push_back(function.name + "(");
  return words;
}

}  // namespace

std::vector<Target> text_targets() {
  return {
      {"model", "model.toml", files_in("models", ".toml"), words_of_models(), read_model},
      {"schedule",
       "schedule.toml",
       files_in("schedules", ".toml"),
       {"[[kernel]]", "match = \"*\"", "split x xo xi 0", "reorder", "vectorize", "\"", "[", "]", "halide"},
       read_schedule},
      {"graph",
       "x.graph",
       {graph_of_a_model()},
       {"%0", "%999999999999", ": f32[", "[-1]", "{", "}", "="},
       read_graph},
      {"expression",
       "expression",
       {"cross_entropy(classifier(x), label(x)) + 0.5 * mean(teacher.trunk.conv_3(x) > -1e-3)",
        "where([1, 2] >= -x, ramp(0, 1, 10), clip(y, 0, 1)) / 3"},
       {"((((((((", "))))", "[[", "--", "1e999", ".", "teacher.", ">=", ","},
       read_expression},
  };
}

}  // namespace sganc::testing
