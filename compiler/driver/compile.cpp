#include <unistd.h>

#include <algorithm>
#include <set>

#include "compiler/codegen/kernel_text.h"
#include "compiler/codegen/program_text.h"
#include "compiler/driver/compilation.h"
#include "compiler/driver/explain.h"
#include "compiler/driver/pass_report.h"
#include "compiler/gradient/gradient.h"
#include "compiler/inspect/plot.h"
#include "compiler/inspect/summary.h"
#include "compiler/language/source.h"
#include "compiler/layers/build.h"
#include "compiler/shard/shard.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using Words = std::vector<std::string>;

/// What the text of a form is made from.
struct Source {
  ModelRequest& request;
  const std::string update, kernel;  // "" for all
  const PassOptions& passes;
  PassReport& report;
  Terminal& terminal;
};

using MakeText = std::optional<std::string> (*)(const Source&);

/// One of the forms that a model has on its way through the compiler, and the function that makes its text.
/// That returns nothing if there are mistakes, which it prints.
struct Form {
  std::string name, description;
  MakeText text;
};

/// Whether the file holds a graph. Compilation then begins after the forms from which the graph was made.
bool is_graph(const std::string& file) {
  return file.ends_with(".graph");
}

void refuse_graph(const Source& source, const std::string& form) {
  if (is_graph(source.request.file))
    throw UserError{{{}, "a graph file begins with the form \"" + form + "\"", "name a model file"}};
}

/// The names of the wanted functions: all if `wanted` is empty, else that function; an update comes with its
/// optimizer.
std::set<std::string> wanted_of(const Module& module, const std::string& wanted) {
  std::set<std::string> kept;
  Words names;
  const Function* function = module.function(wanted);
  for (const auto& f : module.functions) {
    const bool is_apply = f.role == FunctionRole::apply;
    if (!is_apply) names.push_back(f.name);
    const bool of_wanted = function && function->role == FunctionRole::update && f.update == function->update;
    if (wanted.empty() || f.name == wanted || (is_apply && of_wanted)) kept.insert(f.name);
  }
  if (!wanted.empty() && std::ranges::count(names, wanted) == 0)
    throw UserError{{{}, "there is no function \"" + wanted + "\"", suggestion(wanted, names)}};
  return kept;
}

std::string text_of(Module module, const std::string& wanted) {
  const auto kept = wanted_of(module, wanted);
  std::erase_if(module.functions, [&](const Function& f) { return !kept.contains(f.name); });
  return to_string(module);
}

std::optional<Model> model_of(const Source& source) {
  return source.report.timed("load", [&] { return load(source.request, source.terminal); });
}

std::optional<Module> graph(const Source& source) {
  const auto model = model_of(source);
  if (!model) return {};
  return source.report.timed("build", [&] { return build(*model, source.terminal, build_module); });
}

std::optional<Module> read_graph(const Source& source) {
  Diagnostics diagnostics;
  const auto file = read_source(source.request.file, "the graph", diagnostics);
  if (!file) {
    diagnostics.print(source.terminal.err, source.terminal.color);
    return {};
  }
  Module module = parse_module(file->text, file->path);
  if (const auto mistakes = verify(module); !mistakes.empty())
    throw UserError{{{file, 0, 0, 1}, mistakes.front(), ""}};
  return module;
}

/// The module with gradients and optimizer steps, of all ranks together, or the module of a graph file.
std::optional<Module> of_all_ranks(const Source& source) {
  if (is_graph(source.request.file)) return source.report.timed("load", [&] { return read_graph(source); });
  const auto model = model_of(source);
  if (!model) return {};
  return build(*model, source.terminal, [&](const Model& m, Diagnostics& diagnostics) {
    Module built = source.report.timed("build", [&] { return build_module(m, diagnostics); });
    return source.report.timed("gradient", [&] {
      add_training(built, m, diagnostics);
      return std::move(built);
    });
  });
}

/// The same, as the rank of --rank computes it. A graph file may be that of a rank already.
std::optional<Module> differentiated(const Source& source) {
  auto module = of_all_ranks(source);
  ModelRequest& request = source.request;
  if (!module) return module;
  if (module->ranks > 1 && request.ranks > 1)
    throw UserError{{{},
                     request.file + " is the graph of rank " + std::to_string(module->rank) + " of " +
                         std::to_string(module->ranks) + " already",
                     "leave out --ranks"}};
  if (request.ranks > 1)
    return source.report.timed("shard", [&] { return shard(*module, request.rank, request.ranks); });
  request.rank = module->rank;
  request.ranks = module->ranks;
  return module;
}

/// The plan of the wanted functions, after the passes up to the one of --stop-after, or else up to `last`.
std::optional<PlannedModule> planned(const Source& source, const std::string& last = "") {
  const auto schedule = load_schedule_of(source.request, source.terminal);
  const auto module = differentiated(source);
  if (!schedule || !module) return {};
  PassOptions passes = source.passes;
  if (passes.stop_after.empty()) passes.stop_after = last;
  const auto kept = wanted_of(*module, source.update);
  // All functions are planned, since the schedule may name any.
  auto all = plan(*module, *schedule, source.request, passes);
  std::erase_if(all.functions, [&](const PlannedFunction& f) { return !kept.contains(f.function.name); });
  source.report.keep(kept);
  return all;
}

/// The text of each function after the passes up to the one of --stop-after, or else up to `last`.
std::optional<std::string> text_after(const Source& source, const std::string& last) {
  const auto plan = planned(source, last);
  if (!plan) return {};
  std::string text;
  for (const auto& function : plan->functions) text += to_string(function);
  return text;
}

/// The result of `make` for the wanted kernels.
template <class Make>
std::optional<std::string> of_kernels(const Source& source, const Make& make) {
  const auto plan = planned(source);
  if (!plan) return {};
  auto kernels = kernels_of(*plan);
  if (source.kernel.empty()) return make(kernels, plan->schedule);
  Words names;
  for (const auto& k : kernels) names.push_back(k.cut.description.name);
  std::erase_if(kernels, [&](const UsedKernel& k) { return k.cut.description.name != source.kernel; });
  if (kernels.empty())
    throw UserError{{{},
                     "there is no kernel \"" + source.kernel + "\"",
                     suggestion(source.kernel, names, "--emit kernels lists them")}};
  return make(kernels, plan->schedule);
}

/// The text of --explain.
std::optional<std::string> explanation(const Source& source) {
  const auto plan = planned(source);
  if (!plan) return {};
  auto functions = explain(*plan);
  if (!source.kernel.empty()) keep_step(functions, source.kernel);
  ask_onednn(functions, source.request.threads);
  return source.terminal.json ? to_json(functions, plan->module.name, plan->schedule.name)
                              : to_text(functions);
}

/// The code of one kernel, that of its first use.
std::optional<std::string> code(const Source& source, CodeForm form) {
  if (source.kernel.empty())
    throw UserError{{{}, "this form needs one kernel", "add --kernel NAME; --emit kernels lists them"}};
  return of_kernels(source, [&](const auto& kernels, const Schedule&) {
    return code_of(kernels.front().cut.description, form);
  });
}

/// All forms, in the order in which the compiler makes them.
const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"model", "the model with every default filled in",
       [](const Source& s) -> std::optional<std::string> {
         refuse_graph(s, "gradient");
         const auto model = model_of(s);
         return model ? std::optional(to_toml(*model)) : std::nullopt;
       }},
      {"dot", "the nets and what updates feed them, for Graphviz",
       [](const Source& s) -> std::optional<std::string> {
         refuse_graph(s, "gradient");
         const auto model = model_of(s);
         if (!model || !build(*model, s.terminal)) return {};
         Diagnostics none;
         return to_dot(summarize(*model, none));
       }},
      {"graph", "the updates as primitives, before differentiation",
       [](const Source& s) -> std::optional<std::string> {
         refuse_graph(s, "gradient");
         auto module = graph(s);
         return module ? std::optional(text_of(std::move(*module), s.update)) : std::nullopt;
       }},
      {"gradient", "with gradients and optimizer steps; a file of it, FILE.graph, can be compiled",
       [](const Source& s) -> std::optional<std::string> {
         auto module = differentiated(s);
         return module ? std::optional(text_of(std::move(*module), s.update)) : std::nullopt;
       }},
      {"fused", "simplified, and as groups of one kernel or one call of oneDNN each",
       [](const Source& s) { return text_after(s, "form-groups"); }},
      {"plan", "the same, with the place of every value in memory",
       [](const Source& s) { return text_after(s, "place-buffers"); }},
      {"kernels", "each kernel: what it reads and writes, its stages, loops and directives",
       [](const Source& s) {
         return of_kernels(s, [](const auto& kernels, const Schedule&) { return kernels_text(kernels); });
       }},
      {"schedule", "the schedule in force, whole, as a file for --schedule",
       [](const Source& s) { return of_kernels(s, schedule_text); }},
      {"stmt", "the loops of one --kernel, as Halide has lowered them",
       [](const Source& s) { return code(s, CodeForm::loops); }},
      {"stmt-html", "the same as a page for a browser",
       [](const Source& s) { return code(s, CodeForm::page); }},
      {"asm", "its assembly", [](const Source& s) { return code(s, CodeForm::assembly); }},
      {"object", "its object file", [](const Source& s) { return code(s, CodeForm::object); }},
      {"program", "flat steps over one arena, kernels compiled",
       [](const Source& s) -> std::optional<std::string> {
         const auto plan = planned(s);
         if (!plan) return {};
         return to_string(compile(*plan, s.terminal, [&](const LibraryWork& work) { s.report.built(work); }));
       }},
  };
  return all;
}

/// graph|gradient|...
std::string form_names() {
  std::string names;
  for (const auto& form : forms()) names += (names.empty() ? "" : "|") + form.name;
  return names;
}

std::string form_list() {
  std::string text = "forms:\n";
  for (const auto& form : forms())
    text += "  " + form.name + std::string(11 - form.name.size(), ' ') + form.description + "\n";
  return text;
}

void add_options(options::options_description& o) {
  using options::value;
  add_model_options(o);
  o.add_options()("emit", value<std::string>()->default_value("program")->value_name(form_names()),
                  "what to print; see the forms above")(
      "explain", "print each step instead: its layer, what runs it and why, its bytes and operations")(
      "out", value<std::string>()->value_name("FILE"), "write to this file instead of standard output")(
      "update", value<std::string>()->default_value("", "")->value_name("NAME"),
      "print only one function: an update, classify, sample")(
      "kernel", value<std::string>()->default_value("", "")->value_name("NAME"), "print only one kernel")(
      "ranks", value<int>()->default_value(1)->value_name("N"),
      "compile for so many processes that train together, as mpirun starts them")(
      "rank", value<int>()->default_value(0)->value_name("R"), "for which of them, counted from 0");
  add_pass_options(o);
}

/// The function that makes the text of --emit's form, or of --explain.
MakeText what_to_print(const options::variables_map& values) {
  const auto name = values["emit"].as<std::string>();
  if (values.count("explain")) {
    if (!values["emit"].defaulted()) throw UserError{{{}, "--explain goes without --emit", ""}};
    return explanation;
  }
  const auto form = std::ranges::find(forms(), name, &Form::name);
  if (form != forms().end()) {
    if (values["format"].as<std::string>() != "text")
      throw UserError{{{}, "--format json is for --explain, not for --emit " + name, ""}};
    return form->text;
  }
  Words names;
  for (const auto& f : forms()) names.push_back(f.name);
  throw UserError{{{}, "there is no form \"" + name + "\"", suggestion(name, names)}};
}

/// Reads --ranks and --rank.
void read_ranks(const options::variables_map& values, ModelRequest& request) {
  constexpr int kMostRanks = 65536;
  request.ranks = values["ranks"].as<int>();
  request.rank = values["rank"].as<int>();
  if (request.ranks < 1 || request.ranks > kMostRanks)
    throw UserError{{{}, "--ranks must lie between 1 and " + std::to_string(kMostRanks), ""}};
  if (request.rank < 0 || request.rank >= request.ranks)
    throw UserError{{{},
                     "--rank must lie between 0 and " + std::to_string(request.ranks - 1) + " with --ranks " +
                         std::to_string(request.ranks),
                     ""}};
}

int run(const options::variables_map& values, Terminal& terminal) {
  const auto name = values["emit"].as<std::string>();
  const auto text_of = what_to_print(values);
  const auto file = values["MODEL"].as<std::string>();
  ModelRequest request = model_request(file, values);
  read_ranks(values, request);
  PassReport report(values);
  const PassOptions passes = report.options();
  const auto text = text_of({request, values["update"].as<std::string>(), values["kernel"].as<std::string>(),
                             passes, report, terminal});
  if (!text) return kBadInput;
  use_given_file([&] { report.write(terminal); });
  if (values.count("out")) {
    use_given_file([&] { write_file_atomically(values["out"].as<std::string>(), *text); });
  } else if (name == "object" && isatty(STDOUT_FILENO)) {
    throw UserError{{{}, "an object file is nothing for a terminal", "add --out FILE"}};
  } else {
    terminal.out << *text;
  }
  return kDone;
}

}  // namespace

extern const Verb compile_verb{
    .name = "compile",
    .summary = "compile a model and print one of the forms that it has on the way",
    .usage =
        "MODEL|FILE.graph [--emit FORM | --explain] [--update NAME] [--kernel NAME] [--ranks N] "
        "[--out FILE]",
    .details = form_list() +
               "Examples:\n"
               "  sganc compile model.toml --emit kernels --update g\n"
               "  sganc compile model.toml --emit stmt --kernel g.apply\n"
               "  sganc compile model.toml --explain --update g\n"
               "  sganc compile model.toml --ranks 4 --emit fused --update g\n"
               "  sganc compile model.toml --emit gradient --out step.graph; sganc compile step.graph\n"
               "  sganc compile model.toml --time-passes --dump-passes passes --out program.txt\n",
    .positional = {"MODEL"},
    .required = 1,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
