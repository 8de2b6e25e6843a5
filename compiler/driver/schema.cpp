#include "compiler/language/schema.h"

#include <algorithm>

#include "compiler/driver/places.h"
#include "compiler/driver/shell/shells.h"
#include "compiler/driver/verb.h"
#include "compiler/language/joined.h"
#include "compiler/layers/table.h"

namespace sganc {
namespace {

std::vector<std::string> shell_names() {
  std::vector<std::string> names;
  for (const auto& shell : shells()) names.push_back(shell.name);
  return names;
}

void add_options(options::options_description& o) {
  o.add_options()("markdown", "print the reference page of model files instead")(
      "man", "print the manual page sganc(1) instead")(
      "completions", options::value<std::string>()->value_name(joined(shell_names(), "|")),
      "print a script instead with which this shell completes the words after sganc");
}

std::string completions_for(const std::string& name) {
  for (const auto& shell : shells())
    if (shell.name == name) return shell.completions(command_line(schedule_names()));
  throw UserError{
      {{}, "there are no completions for the shell \"" + name + "\"", suggestion(name, shell_names())}};
}

int run(const options::variables_map& values, Terminal& terminal) {
  if (values.count("markdown") + values.count("man") + values.count("completions") > 1)
    throw UserError{{{}, "only one of --markdown, --man and --completions can be given", ""}};
  if (values.count("completions"))
    terminal.out << completions_for(values["completions"].as<std::string>());
  else if (values.count("man"))
    terminal.out << manual_page(command_line(schedule_names()));
  else
    terminal.out << (values.count("markdown") ? reference_page(vocabulary()) : json_schema(vocabulary()));
  return kDone;
}

}  // namespace

extern const Verb schema_verb{
    .name = "schema",
    .summary = "print the JSON Schema of model files, the manual page, or completions for a shell",
    .usage = "[--markdown | --man | --completions bash|zsh|fish]",
    .details =
        "With the JSON Schema, editors complete and check model files. For example, editors with Taplo or\n"
        "Even Better TOML use it if the first line of a file is #:schema sganc.schema.json\n"
        "  sganc schema > sganc.schema.json\n\n"
        "With completions, the Tab key completes verbs, options, their values, models and runs. An "
        "installed\n"
        "sganc has brought them already; sganc schema --man | man -l - shows its manual page too.\n"
        "  source <(sganc schema --completions bash)\n"
        "  sganc schema --completions fish > ~/.config/fish/completions/sganc.fish\n",
    .positional = {},
    .required = 0,
    .add_options = add_options,
    .run = run};

}  // namespace sganc
