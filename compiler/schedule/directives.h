#pragma once
// The words of a directive: which directives there are, and how their words are read.

#include <map>
#include <string>
#include <vector>

#include "compiler/language/source.h"

namespace sganc {

/// A directive's name, how it is written, and which stages may have it.
struct DirectiveInfo {
  std::string name;
  std::string usage;
  std::size_t least, most;  // words after the name
  bool places;              // applied after all loops have their shapes
  bool pure_only;           // belongs to the stage as a whole, not to an update definition
};

/// A word of a directive and its place within the string.
using Word = Located<std::string>;

std::vector<Word> words_of(const Located<std::string>& directive);

/// The directive that the first word names, with as many words as it takes. Throws UserError.
const DirectiveInfo& find_directive(const Location& where, const std::vector<Word>& words);

/// A whole number from 1 to 2^20. Throws UserError.
int find_number(const Word& word);

[[noreturn]] void refuse(const Location& where, std::string message, std::string help = {});

std::string quoted(const std::vector<std::string>& names);

/// One of the words of a table. Throws UserError with the nearest.
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
