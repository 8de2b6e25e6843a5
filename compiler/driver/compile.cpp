#include <fstream>

#include "compiler/codegen/program_text.h"
#include "compiler/driver/compilation.h"
#include "compiler/layers/build.h"
#include "runtime/report/files.h"

namespace sganc {
namespace {

const std::vector<std::string> kStages = {"model", "graph", "gradient", "program"};

void add_options(options::options_description& o) {
  add_model_options(o);
  o.add_options()("emit", options::value<std::string>()->default_value("program")->value_name("STAGE"),
                  "what to print: model (every default filled in), graph, gradient, program")(
      "out", options::value<std::string>()->value_name("FILE"), "write it there");
}

/// The text of a stage; nothing where there are mistakes, which are printed.
std::optional<std::string> emit_stage(const std::string& stage, const ModelRequest& request,
                                      Terminal& terminal) {
  const auto model = load(request, terminal);
  if (!model) return {};
  if (stage == "model") return to_toml(*model);
  const auto module = build(*model, terminal);
  if (!module) return {};
  if (stage == "gradient") return to_string(*module);
  if (stage == "graph") {
    Diagnostics none;
    return to_string(build_module(*model, none));
  }
  const auto schedule = load_schedule_of(request, terminal);
  if (!schedule) return {};
  return to_string(compile(*module, *schedule, terminal));
}

int run(const options::variables_map& values, Terminal& terminal) {
  const std::string stage = values["emit"].as<std::string>();
  if (std::ranges::find(kStages, stage) == kStages.end())
    throw UserError{{{}, "there is no stage \"" + stage + "\"", suggestion(stage, kStages)}};
  const auto text = emit_stage(stage, model_request(values["MODEL"].as<std::string>(), values), terminal);
  if (!text) return kBadInput;
  if (values.count("out"))
    use_given_file([&] { write_file_atomically(values["out"].as<std::string>(), *text); });
  else
    terminal.out << *text;
  return kDone;
}

}  // namespace

extern const Verb compile_verb{.name = "compile",
                               .summary = "compile a model and print what a stage makes of it",
                               .usage = "MODEL [--emit model|graph|gradient|program] [--out FILE]",
                               .details =
                                   "  graph     the updates as primitives, before differentiation\n"
                                   "  gradient  with gradients and optimizer steps\n"
                                   "  program   flat steps over one arena, kernels compiled\n",
                               .positional = {"MODEL"},
                               .required = 1,
                               .add_options = add_options,
                               .run = run};

}  // namespace sganc
