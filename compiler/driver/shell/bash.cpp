// Completions for bash: functions that complete one kind of word each, and a function of sganc that chooses
// among them by the verb and by the word before.

#include <map>
#include <set>

#include "compiler/driver/shell/shells.h"
#include "compiler/language/joined.h"

namespace sganc {
namespace {

constexpr const char* kBegin =
    R"(# Completions of sganc for bash: what "sganc schema --completions bash" prints.

# Those of the given words that begin as the current one does.
_sganc_words() {
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$*" -- "$word")
  if [[ ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
}

# Files whose names end in $1, and folders on the way to them.
_sganc_files() {
  compopt -o filenames
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
    compgen -f -X "!*$1" -- "$word"
    if [[ $1 ]]; then compgen -d -- "$word"; fi
  )
}

_sganc_folders() {
  compopt -o filenames
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word")
}

# Run folders here or one folder below, else checkpoints and folders.
_sganc_runs() {
  local found
  for found in "$word"*/checkpoints "$word"*/*/checkpoints; do
    if [[ -d $found ]]; then COMPREPLY+=("${found%/checkpoints}"); fi
  done
  if ((${#COMPREPLY[@]})); then compopt -o filenames; else _sganc_files .safetensors; fi
}

_sganc() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} i arguments=0
  COMPREPLY=()
  # Bash takes the "=" of --option=VALUE for a word of its own.
  if [[ $word == "=" ]]; then
    word=
  elif [[ $before == "=" ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
    if [[ $before != -* ]]; then return; fi
  fi
)";

/// The commands that complete such a word, or "return" if nothing does.
std::string commands(const Completion& c) {
  std::vector<std::string> parts;
  if (c.run) parts.emplace_back("_sganc_runs");
  for (const auto& ending : c.endings)
    parts.push_back(ending.empty() ? "_sganc_files" : "_sganc_files " + ending);
  if (c.folder) parts.emplace_back("_sganc_folders");
  if (!c.words.empty()) parts.push_back("_sganc_words " + joined(c.words, " "));
  return parts.empty() ? "return" : joined(parts, "; ");
}

/// The cases of a command, each with all patterns for which the same is done.
class Cases {
 public:
  void add(const std::string& pattern, const std::string& command) {
    if (!patterns_.contains(command)) order_.push_back(command);
    patterns_[command].push_back(pattern);
  }
  std::string text(const std::string& end) const {
    std::string text;
    for (const auto& command : order_)
      text += "    " + joined(patterns_.at(command), " | ") + ") " + command + end + " ;;\n";
    return text;
  }

 private:
  std::vector<std::string> order_;
  std::map<std::string, std::vector<std::string>> patterns_;
};

std::string verb_names(const std::vector<TypedVerb>& verbs) {
  std::vector<std::string> words;
  for (const auto& v : verbs) words.push_back(v.verb->name);
  words.insert(words.end(), {"--help", "--version"});
  return joined(words, " ");
}

std::string cases_of_values(const std::vector<TypedVerb>& verbs) {
  Cases cases;
  for (const auto& v : verbs)
    for (const auto& option : v.options)
      if (!option.value.empty())
        cases.add("\"" + v.verb->name + " " + option.name + "\"", commands(option.completion));
  return cases.text("; return");
}

std::string cases_of_options(const std::vector<TypedVerb>& verbs) {
  Cases cases;
  for (const auto& v : verbs) {
    std::vector<std::string> names;
    for (const auto& option : v.options) names.push_back(option.name);
    cases.add("\"" + v.verb->name + " -\"*", "_sganc_words " + joined(names, " "));
  }
  return cases.text("; return");
}

std::string options_with_values(const std::vector<TypedVerb>& verbs) {
  std::set<std::string> names;
  for (const auto& v : verbs)
    for (const auto& option : v.options)
      if (!option.value.empty()) names.insert(option.name);
  return joined({names.begin(), names.end()}, " | ");
}

std::string cases_of_arguments(const std::vector<TypedVerb>& verbs) {
  Cases cases;
  for (const auto& v : verbs)
    for (std::size_t i = 0; i < v.arguments.size(); ++i) {
      const bool repeats = v.verb->repeats && i + 1 == v.arguments.size();
      const std::string place = repeats ? " \"*" : " " + std::to_string(i) + "\"";
      cases.add("\"" + v.verb->name + place, commands(v.arguments[i].completion));
    }
  return cases.text("");
}

}  // namespace

std::string bash_completions(const std::vector<TypedVerb>& verbs) {
  return kBegin + ("  if ((COMP_CWORD == 1)); then\n    _sganc_words " + verb_names(verbs)) +
         "\n    return\n  fi\n"
         "  # The value of an option.\n"
         "  case \"$verb $before\" in\n" +
         cases_of_values(verbs) +
         "  esac\n"
         "  # An option.\n"
         "  case \"$verb $word\" in\n" +
         cases_of_options(verbs) +
         "  esac\n"
         "  # An argument: as many stand before it as words that are neither options nor their values.\n"
         "  for ((i = 2; i < COMP_CWORD; i++)); do\n"
         "    case ${COMP_WORDS[i]} in\n"
         "      " +
         options_with_values(verbs) +
         ")\n"
         "        if [[ ${COMP_WORDS[i + 1]} == \"=\" ]]; then ((i++)); fi\n"
         "        ((i++))\n"
         "        ;;\n"
         "      \"=\") ((i++)) ;;\n"
         "      -*) ;;\n"
         "      *) ((arguments++)) ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$verb $arguments\" in\n" +
         cases_of_arguments(verbs) +
         "  esac\n"
         "}\n\n"
         "complete -F _sganc sganc\n";
}

}  // namespace sganc
