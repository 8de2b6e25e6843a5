#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "compiler/driver/verb.h"
#include "compiler/gradient/gradient.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "compiler/schedule/schedule.h"
#include "tests/data_folder.h"
#include "tests/fuzz/target.h"

namespace sganc {
extern const Verb eval_expr_verb;
}

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
  std::istringstream text(content_of(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// Checks that every mistake has a message and can be printed.
void check_printed(const Diagnostics& diagnostics) {
  std::ostringstream out;
  diagnostics.print(out);
  for (const auto& mistake : diagnostics.items())
    if (mistake.message.empty()) throw std::logic_error("a mistake without a word");
}

std::vector<std::string> files_in(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(SGANC_SOURCE_DIR) / folder))
    if (entry.path().extension() == extension) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> contents;
  for (const auto& path : paths) contents.push_back(content_of(path));
  return contents;
}

/// Checks that there is either a model or a mistake. A model must mean the same after it is written and
/// read again, and its graph must verify.
void check_model(const std::optional<Model>& model, Diagnostics& diagnostics) {
  if (model.has_value() != diagnostics.empty()) throw std::logic_error("neither a model nor a mistake");
  if (!model) return check_printed(diagnostics);
  const std::string resolved = to_toml(*model);
  const auto again = parse_model(resolved, "resolved.toml", {}, vocabulary(), diagnostics);
  if (!again) throw std::logic_error("the resolved model is refused:\n" + resolved);
  if (to_toml(*again) != resolved) throw std::logic_error("the resolved model reads otherwise:\n" + resolved);
  Module module = build_module(*model, diagnostics);
  add_training(module, *model, diagnostics);
  if (!diagnostics.empty()) return check_printed(diagnostics);
  if (const auto problems = verify(module); !problems.empty()) throw std::logic_error(problems.front());
  const std::string text = to_string(module);
  if (to_string(parse_module(text, "graph")) != text) throw std::logic_error("its graph reads otherwise");
}

void read_model(const fs::path& file) {
  Diagnostics diagnostics;
  const auto model = load_model(file, {}, vocabulary(), diagnostics);
  check_model(model, diagnostics);
}

/// Reads lines of KEY=VALUE, as `--set` takes them.
void read_overrides(const fs::path& file) {
  Diagnostics diagnostics;
  const auto model = load_model(fs::path(SGANC_SOURCE_DIR) / "models" / "mnist_stacked.toml", lines_of(file),
                                vocabulary(), diagnostics);
  check_model(model, diagnostics);
}

/// Evaluates the words of `sganc eval-expr`, one a line: values of --let, and last an expression.
void evaluate_expression(const fs::path& file) try {
  options::options_description known;
  eval_expr_verb.add_options(known);
  known.add_options()("EXPRESSION", options::value<std::vector<std::string>>());
  std::vector<std::string> words = lines_of(file);
  if (words.empty()) return;
  for (auto& word : words) word = (&word == &words.back() ? "--EXPRESSION=" : "--let=") + word;
  options::variables_map values;
  options::store(options::command_line_parser(words).options(known).run(), values);
  std::ostringstream out, err;
  Terminal terminal{.out = out, .err = err};
  const int code = eval_expr_verb.run(values, terminal);
  if ((code == kDone) != err.str().empty()) throw std::logic_error("neither a value nor a mistake");
} catch (const UserError&) {
} catch (const options::error&) {
}

void read_schedule(const fs::path& file) {
  Diagnostics diagnostics;
  const auto schedule =
      load_schedule(file, {"few_channels", "winograd", "amx_few", "amx", "direct", "onednn"}, diagnostics);
  if (schedule.has_value() != diagnostics.empty()) throw std::logic_error("neither a schedule nor a mistake");
  check_printed(diagnostics);
}

/// Checks that a graph is the same after it is written and read again.
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

std::vector<std::string> models() {
  auto all = files_in("models", ".toml");
  for (const auto& paper : files_in("models/papers", ".toml")) all.push_back(paper);
  return all;
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

std::vector<std::string> words_of_overrides() {
  std::vector<std::string> words = words_of_models();
  for (const char* word : {"net.trunk.layers.", "update.0.", "update.c.minimize=", "input.latent.size=", ".9",
                           "data.source=", "..", "--set", "data.labels=", "=\"", "0.5"})
    words.push_back(word);
  for (const char* line : {"augment.shift=2",
                           "augment.weak={ flip = \"both\", elastic = { strength = 2 } }",
                           "update.c.let={ q = \"classifier(augment(x))\" }",
                           "update.c.minimize=cross_entropy(q, label(x))",
                           "update.d_real.minimize=mse(teacher.classifier(x), classifier(x))",
                           "update.g.minimize=-sum(critic(generator(z)))",
                           "update.g.clip_norm=1e-9",
                           "update.g.every=3",
                           "update.g.from_step=2147483647",
                           "update.g.repeat=65535",
                           "net.trunk.layers.1={ kind = \"batch_norm\", name = \"b\" }",
                           "net.trunk.layers.conv_1.norm=weight_norm",
                           "net.trunk.layers.conv_2.padding=[2, 0]",
                           "net.trunk.layers.conv_3.dilation=2147483647",
                           "net.generator.layers.conv_transpose_1.norm=spectral_norm",
                           "net.trunk.layers.0.name=a",
                           "net.generator.of=[\"latent\", \"image\"]",
                           "input.y={ classes = 10 }",
                           "input.latent.distribution=uniform",
                           "data.source={ folder = \"/p\", fit = \"stretch\" }",
                           "data.labels.file=a b.txt",
                           "data.test.fraction=1e-300",
                           "train.seed=9223372036854775807",
                           "train.epochs=1000000",
                           "train.steps_per_epoch=1000000",
                           "optimizer.supervised={ kind = \"rmsprop\", rate = { from = 1, end = 2147483647, "
                           "shape = \"cosine\" } }",
                           "evaluate.average=true",
                           "evaluate.critic=critic",
                           "evaluate.splits=[]",
                           "keras_compat=true",
                           "average.decay=1"})
    words.push_back(std::string("\n") + line + "\n");
  return words;
}

std::vector<std::string> words_of_expressions() {
  std::vector<std::string> words = {
      "1e308", "0", "[", "]", "[[1, 2], [3, 4]]", ", left", ", features", ", batch", "\n",
      "y=",    "x", "-", ")", "10000001"};
  for (const auto& function : vocabulary().functions) words.push_back(function.name + "(");
  return words;
}

}  // namespace

std::vector<Target> text_targets() {
  return {
      {"model", "model.toml", models(), words_of_models(), read_model},
      {"overrides",
       "overrides",
       {"train.epochs=50\nnet.trunk.layers.conv_3.filters=64", "update.g.draw.z=\"latent 50\"",
        "data.labels.total=100\ndata.validation={ per_class = 10 }\nevaluate.splits=[\"validation\"]",
        "optimizer.generator={ kind = \"sgd\", rate = { from = 1e-3, shape = \"cosine\", warmup = 10 } }"},
       words_of_overrides(),
       read_overrides},
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
      {"eval-expr",
       "words",
       {"x=[1, 2, 3]\nsigmoid(logsumexp(x))", "p=softmax([[1, 2], [3, 4]])\nq=max(p, 0.5)\nsum(p * q, batch)",
        "outer([1, 2], [[3], [4]])", "one_hot(argmax([[1, 2], [3, 0]]), 3) >= ramp(0, 1, 10)"},
       words_of_expressions(),
       evaluate_expression},
  };
}

}  // namespace sganc::testing
