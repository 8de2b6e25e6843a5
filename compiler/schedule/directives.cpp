#include "compiler/schedule/directives.h"

#include <algorithm>
#include <charconv>

#include "compiler/language/spelling.h"

namespace sganc {
namespace {

constexpr std::size_t kAny = 99;
constexpr int kMostNumber = 1 << 20;

const std::vector<DirectiveInfo>& directives() {
  static const std::vector<DirectiveInfo> table = {
      {"split", "split LOOP OUTER INNER FACTOR [TAIL]", 4, 5, false, false},
      {"tile", "tile X Y XOUTER YOUTER XINNER YINNER XFACTOR YFACTOR [TAIL]", 8, 9, false, false},
      {"fuse", "fuse INNER OUTER FUSED", 3, 3, false, false},
      {"rename", "rename OLD NEW", 2, 2, false, false},
      {"reorder", "reorder INNERMOST ... OUTERMOST", 2, kAny, false, false},
      {"vectorize", "vectorize LOOP [FACTOR]", 1, 2, false, false},
      {"unroll", "unroll LOOP [FACTOR]", 1, 2, false, false},
      {"parallel", "parallel LOOP [FACTOR]", 1, 2, false, false},
      {"atomic", "atomic", 0, 0, false, false},
      {"rfactor", "rfactor LOOP DIMENSION STAGE", 3, 3, false, false},
      {"prefetch", "prefetch STAGE|OPERAND LOOP DISTANCE", 3, 3, false, false},
      {"specialize", "specialize DIMENSION ==|<|<=|>|>=|% NUMBER [: DIRECTIVE]", 3, kAny, false, false},
      {"reorder_storage", "reorder_storage INNERMOST ... OUTERMOST", 2, kAny, false, true},
      {"align_storage", "align_storage DIMENSION MULTIPLE", 2, 2, false, true},
      {"store_in", "store_in stack|heap|register", 1, 1, false, true},
      {"compute_root", "compute_root", 0, 0, true, true},
      {"compute_inline", "compute_inline", 0, 0, true, true},
      {"compute_at", "compute_at STAGE LOOP", 2, 2, true, true},
      {"store_root", "store_root", 0, 0, true, true},
      {"store_at", "store_at STAGE LOOP", 2, 2, true, true},
      {"hoist_storage", "hoist_storage STAGE LOOP", 2, 2, true, true},
  };
  return table;
}

}  // namespace

void refuse(const Location& where, std::string message, std::string help) {
  throw UserError{{where, std::move(message), std::move(help)}};
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

std::vector<Word> words_of(const Located<std::string>& directive) {
  std::vector<Word> words;
  const std::string& text = directive.value;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t,", i);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t,", begin), text.size());
    Word word{text.substr(begin, end - begin), directive.where};
    if (word.where.line > 0) {
      word.where.column += static_cast<int>(begin);
      word.where.length = static_cast<int>(end - begin);
    }
    words.push_back(std::move(word));
    i = end;
  }
  return words;
}

const DirectiveInfo& find_directive(const Location& where, const std::vector<Word>& words) {
  if (words.empty()) refuse(where, "an empty directive");
  const auto& table = directives();
  const auto info =
      std::find_if(table.begin(), table.end(), [&](const auto& d) { return d.name == words[0].value; });
  if (info == table.end()) {
    std::vector<std::string> names;
    for (const auto& d : table) names.push_back(d.name);
    refuse(words[0].where, "unknown directive \"" + words[0].value + "\"", suggestion(words[0].value, names));
  }
  const std::size_t count = words.size() - 1;
  if (count < info->least || count > info->most)
    refuse(where, "\"" + info->name + "\" does not take " + counted(count, "word"),
           "write it as \"" + info->usage + "\"");
  return *info;
}

int find_number(const Word& word) {
  int number = 0;
  const char* end = word.value.data() + word.value.size();
  const auto [stop, error] = std::from_chars(word.value.data(), end, number);
  if (error != std::errc() || stop != end || number < 1 || number > kMostNumber)
    refuse(word.where, "expected a whole number from 1 to " + std::to_string(kMostNumber) + ", not \"" +
                           word.value + "\"");
  return number;
}

}  // namespace sganc
