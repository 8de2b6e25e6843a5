#include "compiler/codegen/source_statements.h"

#include <algorithm>
#include <utility>

#include "compiler/schedule/directives.h"

namespace sganc {
namespace {

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == ':';
}

/// Names, numbers, and single signs.
std::vector<std::string> words_of_source(const std::string& source) {
  std::vector<std::string> words;
  for (std::size_t i = 0, end; i < source.size(); i = std::max(end, i + 1)) {
    end = i;
    while (end < source.size() && in_word(source[end])) ++end;
    const std::string word = source.substr(i, std::max<std::size_t>(end - i, 1));
    if (!std::isspace(static_cast<unsigned char>(word[0])))
      words.push_back(end > i ? word.substr(word.rfind(':') + 1) : word);
  }
  return words;
}

class Reading {
 public:
  explicit Reading(const std::string& source) : words_(words_of_source(source)) {}

  std::vector<SourceStatement> run() {
    std::vector<SourceStatement> statements;
    while (at_ < words_.size()) {
      if (is(";") || is("{") || is("}") || is("Func"))
        ++at_;
      else if (is("Var") || is("RVar"))
        while (next() != ";") continue;
      else
        statements.push_back(statement());
    }
    return statements;
  }

 private:
  bool is(const std::string& word) const { return at_ < words_.size() && words_[at_] == word; }

  std::string next() {
    if (at_ == words_.size()) refuse({}, "its source ends within a statement");
    return words_[at_++];
  }

  void expect(const std::string& word) {
    if (const std::string found = next(); found != word)
      refuse({}, "its source has \"" + found + "\" in the place of \"" + word + "\"");
  }

  SourceStatement statement() {
    SourceStatement statement{.made = "", .func = next(), .calls = {}};
    if (is("=")) {
      ++at_;
      statement.made = std::exchange(statement.func, next());
    }
    do {
      expect(".");
      std::string name = next();
      statement.calls.push_back({std::move(name), arguments()});
    } while (is("."));
    return statement;
  }

  std::vector<std::string> arguments() {
    std::vector<std::string> found;
    expect("(");
    for (std::string word = next(); word != ")"; word = next()) {
      if (word == "(") refuse({}, "its source has a call within a call");
      if (in_word(word[0])) found.push_back(word);
    }
    return found;
  }

  const std::vector<std::string> words_;
  std::size_t at_ = 0;  // the next word
};

}  // namespace

std::vector<SourceStatement> statements_of_source(const std::string& source) {
  return Reading(source).run();
}

}  // namespace sganc
