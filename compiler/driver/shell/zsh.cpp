// Completions for zsh: a function for each verb, in the words of _arguments, and one for each kind of value.

#include <algorithm>

#include "compiler/driver/shell/shells.h"
#include "compiler/driver/shell_word.h"
#include "compiler/language/joined.h"

namespace sganc {
namespace {

constexpr const char* kBegin = R"(#compdef sganc
# Completions of sganc for zsh: what "sganc schema --completions zsh" prints.

# Run folders here or one folder below, else checkpoints and folders.
_sganc_runs() {
  local word=${(Q)PREFIX}
  local -a found=($word*/checkpoints(N/:h) $word*/*/checkpoints(N/:h))
  if (($#found)); then compadd -f -a found; else _files -g '*.safetensors'; fi
}
)";

/// A text in an argument of _arguments, where brackets and colons have a meaning.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text)
    result += (c == '[' || c == ']' || c == ':' || c == '\\' ? "\\" : "") + std::string(1, c);
  return result;
}

/// Names a function for each kind of value, and writes it once.
class Kinds {
 public:
  /// The action for _arguments. A space shows only the name of the value.
  std::string action(const Completion& completion) {
    if (completion == Completion{}) return " ";
    auto found = std::ranges::find(known_, completion);
    if (found == known_.end()) found = known_.insert(known_.end(), completion);
    return "_sganc_kind_" + std::to_string(found - known_.begin() + 1);
  }
  std::string text() const {
    std::string text;
    for (std::size_t i = 0; i < known_.size(); ++i)
      text += "\n_sganc_kind_" + std::to_string(i + 1) + "() {\n  local ret=1\n" + body(known_[i]) +
              "  return ret\n}\n";
    return text;
  }

 private:
  static std::string body(const Completion& c) {
    std::string text;
    const auto add = [&](const std::string& command) { text += "  " + command + " && ret=0\n"; };
    if (!c.words.empty())
      add((c.words[0].ends_with("=") ? "compadd -S '' -- " : "compadd -- ") + joined(c.words, " "));
    if (c.run) add("_sganc_runs");
    for (const auto& ending : c.endings) add(ending.empty() ? "_files" : "_files -g '*" + ending + "'");
    if (c.folder) add("_files -/");
    return text;
  }
  std::vector<Completion> known_;
};

/// '(-q --quiet)'{-q,--quiet}'[no messages except errors]'
std::string spec(const TypedOption& option, Kinds& kinds) {
  const std::string about = "[" + escaped(option.description) + "]";
  if (option.value.empty()) {
    if (option.letter.empty()) return shell_word(option.name + about);
    return "'(" + option.letter + " " + option.name + ")'{" + option.letter + "," + option.name + "}" +
           shell_word(about);
  }
  return shell_word((option.repeats ? "*" : "") + option.name + "=" + about + ":" + escaped(option.value) +
                    ":" + kinds.action(option.completion));
}

std::string function_of(const TypedVerb& v, Kinds& kinds) {
  std::string text = "\n_sganc_" + v.verb->name + "() {\n  _arguments";
  const auto add = [&](const std::string& word) { text += " \\\n    " + word; };
  for (const auto& option : v.options) add(spec(option, kinds));
  for (std::size_t i = 0; i < v.arguments.size(); ++i) {
    const auto& [name, completion] = v.arguments[i];
    const bool repeats = v.verb->repeats && i + 1 == v.arguments.size();
    const std::string place = repeats ? "*" : std::to_string(i + 1) + (i < v.verb->required ? ":" : "::");
    add(shell_word(place + (repeats ? ":" : "") + escaped(name) + ":" + kinds.action(completion)));
  }
  return text + "\n}\n";
}

}  // namespace

std::string zsh_completions(const std::vector<TypedVerb>& verbs) {
  Kinds kinds;
  std::string functions, names;
  for (const auto& v : verbs) {
    functions += function_of(v, kinds);
    names += "    " + shell_word(escaped(v.verb->name) + ":" + v.verb->summary) + "\n";
  }
  return kBegin + kinds.text() + functions +
         "\n_sganc() {\n"
         "  local -a verbs=(\n" +
         names +
         "  )\n"
         "  if ((CURRENT == 2)); then\n"
         "    _describe verb verbs\n"
         "    compadd -- --help --version\n"
         "    return\n"
         "  fi\n"
         "  local verb=$words[2]\n"
         "  shift words\n"
         "  ((CURRENT--))\n"
         "  if (($+functions[_sganc_$verb])); then _sganc_$verb; fi\n"
         "}\n\n"
         "_sganc \"$@\"\n";
}

}  // namespace sganc
