#include "compiler/driver/shell/command_line.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "compiler/driver/export/format.h"
#include "compiler/language/sections.h"
#include "compiler/passes/pass.h"
#include "runtime/data/sources.h"

namespace sganc {
namespace {

/// The keys that --set overrides most often, those of tables that need no name.
std::vector<std::string> overridden_keys() {
  std::vector<std::string> words;
  for (const std::string section :
       {"data", "data.labels", "data.validation", "augment", "train", "average", "evaluate"})
    for (const auto& key : section_keys(section)) words.push_back(section + "." + key.name + "=");
  return words;
}

std::vector<std::string> export_names() {
  std::vector<std::string> names;
  for (const auto* format : export_formats()) names.push_back(format->name);
  return names;
}

std::vector<std::string> data_set_names() {
  std::vector<std::string> names;
  for (const auto& source : known_sources()) names.push_back(source.name);
  return names;
}

std::vector<std::string> pass_names(bool needed_too) {
  std::vector<std::string> names;
  for (const auto& pass : pipeline())
    if (needed_too || !pass.needed) names.emplace_back(pass.name);
  return names;
}

/// What completes the values of options whose help does not list them.
std::map<std::string, Completion> known_values(const std::vector<std::string>& schedules) {
  return {{"--schedule", {.words = schedules, .endings = {".toml"}}},
          {"--schedules", {.words = schedules, .endings = {".toml"}}},
          {"--set", {.words = overridden_keys()}},
          {"--disable-pass", {.words = pass_names(false)}},
          {"--to", {.words = export_names()}},
          {"--stop-after", {.words = pass_names(true)}}};
}

/// What completes an argument, by its name.
std::map<std::string, Completion> known_arguments() {
  return {{"MODEL", {.endings = {".toml"}}},
          {"RUN", {.run = true}},
          {"MODEL or RUN", {.endings = {".toml"}, .run = true}},
          {"FOLDER", {.words = data_set_names(), .endings = {""}}},
          {"NAME", {.words = data_set_names(), .folder = true}},
          {"PATH", {.endings = {""}}}};
}

/// What completes a value that is called so: `FILE.svg`, `DIR`, `best|last|N`.
Completion completion_by_name(const std::string& value) {
  Completion completion;
  for (std::size_t at = 0; at <= value.size();) {
    const auto bar = std::min(value.find('|', at), value.size());
    const std::string part = value.substr(at, bar - at);
    at = bar + 1;
    if (part == "DIR")
      completion.folder = true;
    else if (part == "RUN")
      completion.run = true;
    else if (part == "FILE" || part == "PATH")
      completion.endings.emplace_back();
    else if (part.starts_with("FILE."))
      completion.endings.push_back(part.substr(4));
    else if (std::ranges::none_of(part, [](unsigned char c) { return std::isupper(c); }))
      completion.words.push_back(part);
  }
  return completion;
}

std::string on_one_line(std::string text) {
  for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at)) text.replace(at, 1, "; ");
  return text;
}

TypedOption typed(const options::option_description& option, const std::map<std::string, Completion>& known) {
  using Style = options::command_line_style::style_t;
  const auto& semantic = *option.semantic();
  TypedOption typed{.name = "--" + option.long_name(),
                    .letter = option.canonical_display_name(Style::allow_dash_for_short),
                    .value = semantic.max_tokens() > 0 ? semantic.name() : "",
                    .fallback = "",
                    .description = on_one_line(option.description()),
                    .repeats = semantic.is_composing()};
  if (!typed.letter.starts_with('-') || typed.letter.starts_with("--")) typed.letter.clear();
  if (const auto with = typed.value.find(" (="); with != typed.value.npos) {  // FILE (=model.toml)
    typed.fallback = typed.value.substr(with + 3, typed.value.size() - with - 4);
    typed.value.resize(with);
  }
  const auto found = known.find(typed.name);
  typed.completion = found != known.end() ? found->second : completion_by_name(typed.value);
  if (typed.value.empty()) typed.completion = {};
  return typed;
}

}  // namespace

std::vector<TypedVerb> command_line(const std::vector<std::string>& schedules) {
  const auto values = known_values(schedules), arguments = known_arguments();
  std::vector<TypedVerb> verbs;
  for (const auto* verb : all_verbs()) {
    verbs.push_back({verb, {}, {}});
    const auto visible = options_of(*verb);
    for (const auto& option : visible.options()) verbs.back().options.push_back(typed(*option, values));
    for (const auto& name : verb->positional) {
      const auto found = arguments.find(name);
      verbs.back().arguments.push_back({name, found != arguments.end() ? found->second : Completion{}});
    }
  }
  return verbs;
}

}  // namespace sganc
