// Completions for fish: one command for each option, with all verbs that have it, and one for each kind of
// argument.

#include <algorithm>
#include <utility>

#include "compiler/driver/shell/shells.h"
#include "compiler/driver/shell_word.h"
#include "compiler/language/joined.h"

namespace sganc {
namespace {

constexpr const char* kBegin =
    R"(# Completions of sganc for fish: what "sganc schema --completions fish" prints.

function __sganc_without_verb
    test (count (commandline -opc)) -eq 1
end

# Whether the verb is one of the given ones.
function __sganc_verb
    set -l words (commandline -opc)
    set -q words[2]; and contains -- $words[2] $argv
end

# The current word, or the value in --option=VALUE.
function __sganc_word
    string replace -r -- '^--[a-z-]+=' '' (commandline -ct)
end

# Files whose names end in the given text, and folders on the way to them.
function __sganc_files
    set -l word (__sganc_word)
    for file in $word*$argv[1]
        test -f $file; and echo $file
    end
    __sganc_folders
end

function __sganc_folders
    __fish_complete_directories (__sganc_word) ''
end

# Run folders here or one folder below, else checkpoints and folders.
function __sganc_runs
    set -l word (__sganc_word)
    set -l found
    for folder in $word*/checkpoints $word*/*/checkpoints
        test -d $folder; and set -a found (string replace -r '/checkpoints$' '' -- $folder)
    end
    if set -q found[1]
        string join \n -- $found
    else
        __sganc_files .safetensors
    end
end

complete -c sganc -f
complete -c sganc -n __sganc_without_verb -l help -d 'name the verbs'
complete -c sganc -n __sganc_without_verb -l version -d 'name this version'
)";

/// The words of `complete` that complete such a value or argument. Without -F no files are offered.
std::string suggestions(const Completion& c) {
  std::vector<std::string> parts = c.words;
  if (c.run) parts.emplace_back("(__sganc_runs)");
  bool any_file = false;
  for (const auto& ending : c.endings) {
    any_file = any_file || ending.empty();
    if (!ending.empty()) parts.push_back("(__sganc_files " + ending + ")");
  }
  if (c.folder) parts.emplace_back("(__sganc_folders)");
  return (any_file ? " -F" : "") + (parts.empty() ? "" : " -a " + shell_word(joined(parts, " ")));
}

/// Collects things, each with the verbs that have it, in the order of their first appearance.
template <class Thing>
class ByVerbs {
 public:
  void add(const Thing& thing, const std::string& verb) {
    auto found = std::ranges::find(all_, thing, [](const auto& pair) { return pair.first; });
    if (found == all_.end()) found = all_.insert(found, {thing, {}});
    if (std::ranges::find(found->second, verb) == found->second.end()) found->second.push_back(verb);
  }
  /// A line of each: what `write` makes of it.
  template <class Write>
  std::string lines(const Write& write) const {
    std::string text;
    for (const auto& [thing, verbs] : all_)
      text +=
          "complete -c sganc -n " + shell_word("__sganc_verb " + joined(verbs, " ")) + write(thing) + "\n";
    return text;
  }

 private:
  std::vector<std::pair<Thing, std::vector<std::string>>> all_;
};

std::string line_of(const TypedOption& option) {
  std::string text = " -l " + option.name.substr(2);
  if (!option.letter.empty()) text += " -s " + option.letter.substr(1);
  if (!option.value.empty()) {
    const auto values = suggestions(option.completion);
    text += (values.starts_with(" -F") ? " -r" : " -x") + values;
  }
  return text + " -d " + shell_word(option.description);
}

}  // namespace

std::string fish_completions(const std::vector<TypedVerb>& verbs) {
  std::string names;
  ByVerbs<TypedOption> options;
  ByVerbs<std::string> arguments;
  for (const auto& v : verbs) {
    names += "complete -c sganc -n __sganc_without_verb -a " + v.verb->name + " -d " +
             shell_word(v.verb->summary) + "\n";
    for (const auto& option : v.options) options.add(option, v.verb->name);
    for (const auto& argument : v.arguments)
      if (const auto text = suggestions(argument.completion); !text.empty())
        arguments.add(text, v.verb->name);
  }
  return kBegin + names + arguments.lines([](const std::string& text) { return text; }) +
         options.lines(line_of);
}

}  // namespace sganc
