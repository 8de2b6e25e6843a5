#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "compiler/driver/ranks/run_on_ranks.h"
#include "compiler/driver/verb.h"
#include "compiler/language/listed.h"
#include "compiler/language/source.h"
#include "compiler/language/spelling.h"

namespace sganc {

#define SGANC_VERB(name) SGANC_LISTED(Verb, name##_verb)

static std::vector<const Verb*> listed_verbs() {
  return {
      SGANC_VERB(init),    SGANC_VERB(check),     SGANC_VERB(train),  SGANC_VERB(eval),   SGANC_VERB(study),
      SGANC_VERB(suggest), SGANC_VERB(predict),   SGANC_VERB(sample), SGANC_VERB(report), SGANC_VERB(inspect),
      SGANC_VERB(compile), SGANC_VERB(eval_expr), SGANC_VERB(bench),  SGANC_VERB(tune),   SGANC_VERB(export),
      SGANC_VERB(schema),  SGANC_VERB(data),      SGANC_VERB(doctor),
  };
}

#undef SGANC_VERB

std::span<const Verb* const> all_verbs() {
  static const std::vector<const Verb*> verbs = listed_verbs();
  return verbs;
}

std::string version() {
  return SGANC_VERSION;
}

void add_model_options(options::options_description& o) {
  using options::value;
  o.add_options()("set", value<std::vector<std::string>>()->composing()->value_name("KEY=VALUE"),
                  "override a key of the model file; may be repeated")(
      "schedule", value<std::string>()->default_value("default")->value_name("NAME|FILE"),
      "the name of a schedule in schedules/, or a file")("threads", value<int>()->value_name("N"),
                                                         "number of threads; by default all cores")(
      "seed", value<long>()->value_name("N"),
      "seed of all random numbers; by default that of the model file");
}

void add_data_option(options::options_description& o) {
  o.add_options()("data", options::value<std::string>()->value_name("DIR"),
                  "folder of data sets; by default $SGANC_DATA or ~/.local/share/sganc");
}

namespace {

void add_common_options(options::options_description& o, const std::vector<std::string>& formats) {
  using options::value;
  std::string names;
  for (const auto& format : formats) names += (names.empty() ? "" : "|") + format;
  o.add_options()("format", value<std::string>()->default_value(formats.at(0))->value_name(names),
                  "format of results")(
      "color", value<std::string>()->default_value("auto")->value_name("auto|always|never"),
      "colours in messages")("quiet,q", "no messages except errors")("verbose,v", "more messages")(
      "help,h", "this page");
}

std::vector<std::string> option_names(const options::options_description& o) {
  std::vector<std::string> names;
  for (const auto& option : o.options())
    if (option->long_name() != "word") names.push_back("--" + option->long_name());
  return names;
}

bool wants_color(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  const char* no_color = std::getenv("NO_COLOR");  // counts if it is not empty: no-color.org
  return isatty(STDERR_FILENO) && !(no_color && *no_color);
}

void require_choice(const std::string& flag, const std::string& value,
                    const std::vector<std::string>& choices) {
  if (std::ranges::find(choices, value) != choices.end()) return;
  throw UserError{{{}, "--" + flag + " cannot be \"" + value + "\"", suggestion(value, choices)}};
}

void print_help(const Verb& verb, const options::options_description& o, Terminal& terminal) {
  terminal.out << verb.summary << "\n\nusage: sganc " << verb.name << " " << verb.usage << "\n\n"
               << verb.details << "\n"
               << o;
}

/// The words as options, checked. Throws UserError.
options::variables_map parse(const Verb& verb, const options::options_description& visible,
                             const std::vector<std::string>& words) {
  options::options_description all(visible);
  all.add_options()("word", options::value<std::vector<std::string>>());
  options::positional_options_description positional;
  positional.add("word", -1);
  using Style = options::command_line_style::style_t;
  options::variables_map values;
  try {
    options::store(options::command_line_parser(words)
                       .options(all)
                       .positional(positional)
                       .style(Style::unix_style & ~Style::allow_guessing)
                       .run(),
                   values);
    options::notify(values);
  } catch (const options::unknown_option& e) {
    throw UserError{{{},
                     "sganc " + verb.name + " has no option " + e.get_option_name(),
                     verb.repeats
                         ? suggestion(e.get_option_name(), option_names(visible),
                                      "words that begin with \"-\" and are no options stand behind \"--\"")
                         : suggestion(e.get_option_name(), option_names(visible))}};
  } catch (const options::invalid_command_line_syntax& e) {
    const bool empty = e.kind() == options::invalid_syntax::empty_adjacent_parameter;  // --out=
    throw UserError{{{},
                     empty ? e.get_option_name() + " cannot be \"\"" : e.what(),
                     "see sganc " + verb.name + " --help"}};
  } catch (const options::error& e) {
    throw UserError{{{}, e.what(), "see sganc " + verb.name + " --help"}};
  }
  return values;
}

/// Names the positional words as the verb does.
void name_words(const Verb& verb, options::variables_map& values) {
  const auto words =
      values.count("word") ? values["word"].as<std::vector<std::string>>() : std::vector<std::string>{};
  if (words.size() < verb.required)
    throw UserError{{{},
                     "sganc " + verb.name + " needs " + with_article(verb.positional[words.size()]),
                     "write sganc " + verb.name + " " + verb.usage}};
  if (!verb.repeats && words.size() > verb.positional.size())
    throw UserError{
        {{},
         "sganc " + verb.name + " does not know what to do with \"" + words[verb.positional.size()] + "\"",
         "write sganc " + verb.name + " " + verb.usage}};
  const std::size_t single = verb.positional.size() - (verb.repeats ? 1 : 0);
  for (std::size_t i = 0; i < std::min(single, words.size()); ++i)
    values.insert({verb.positional[i], options::variable_value(words[i], false)});
  if (!verb.repeats) return;
  const auto first = words.begin() + static_cast<std::ptrdiff_t>(std::min(single, words.size()));
  values.insert({verb.positional.back(), options::variable_value(std::vector(first, words.end()), false)});
}

}  // namespace

options::options_description options_of(const Verb& verb) {
  options::options_description visible("options", 100);
  verb.add_options(visible);
  add_common_options(visible, verb.formats);
  return visible;
}

static int run_verb(const Verb& verb, const std::vector<std::string>& words, Terminal& terminal) {
  terminal.color = wants_color("auto");
  const auto visible = options_of(verb);
  try {
    auto values = parse(verb, visible, words);
    if (values.count("help")) {
      print_help(verb, visible, terminal);
      return kDone;
    }
    require_choice("format", values["format"].as<std::string>(), verb.formats);
    require_choice("color", values["color"].as<std::string>(), {"auto", "always", "never"});
    terminal.color = wants_color(values["color"].as<std::string>());
    terminal.quiet = terminal.quiet || values.count("quiet");
    terminal.verbose = values.count("verbose");
    terminal.json = values["format"].as<std::string>() == "json";
    name_words(verb, values);
    const int code = verb.run(values, terminal);
    if (terminal.out.flush()) return code;
    throw std::runtime_error("standard output cannot be written");
  } catch (const UserError& e) {
    if (e.diagnostic.where.line == 0 && !e.diagnostic.where.file) {
      terminal.error(e.diagnostic.message, e.diagnostic.help);
    } else {
      Diagnostics diagnostics;
      diagnostics.add(e.diagnostic);
      diagnostics.print(terminal.err, terminal.color);
    }
    return kBadInput;
  } catch (const std::logic_error& e) {
    terminal.error(std::string("a bug in sganc: ") + e.what());
    return kFailed;
  } catch (const std::exception& e) {
    terminal.error(e.what());
    return kFailed;
  }
}

int run_verb(const Verb& verb, const std::vector<std::string>& words) {
  const auto run = [&](Terminal& terminal) { return run_verb(verb, words, terminal); };
  if (const Launch launch = this_launch(); launch.count > 1) return run_on_ranks(verb, launch, run);
  Terminal terminal;
  return run(terminal);
}

}  // namespace sganc
