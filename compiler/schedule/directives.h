#pragma once
// The directives, and functions to read their words.

#include <map>
#include <string>
#include <vector>

#include "compiler/language/source.h"

namespace sganc {

/// A directive: its name, its syntax, and the stages that may have it.
struct DirectiveInfo {
  std::string name;
  std::string usage;
  std::size_t least, most;  // words after the name
  bool places;              // it places a stage, and is applied after all loops have their shapes
  bool pure_only;           // it belongs to a stage as a whole, not to an update definition
};

/// A word of a directive and its place.
using Word = Located<std::string>;

std::vector<Word> words_of(const Located<std::string>& directive);

/// The directive that the first word names. Throws UserError if there is none, or the number of words is
/// wrong.
const DirectiveInfo& find_directive(const Location& where, const std::vector<Word>& words);

/// A whole number from 1 to 2^20. Throws UserError.
int find_number(const Word& word);

[[noreturn]] void refuse(const Location& where, std::string message, std::string help = {});

std::string quoted(const std::vector<std::string>& names);

/// The value of one of these words. Throws UserError with the nearest one.
template <class T>
T find_choice(const Word& word, const std::string& what, const std::map<std::string, T>& choices) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    if (name == word.value) return value;
    names.push_back(name);
  }
  refuse(word.where, "unknown " + what + " \"" + word.value + "\"", suggestion(word.value, names));
}

}  // namespace sganc
