#include "compiler/driver/ranks/same.h"

#include <nlohmann/json.hpp>

#include "compiler/language/source.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

constexpr std::size_t kShort = 80;  // longer values are not shown

/// "rank 2", "ranks 1 and 3", "ranks 1, 2 and 3".
std::string ranks_text(const std::vector<std::size_t>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (std::size_t i = 0; i < ranks.size(); ++i)
    text += (i == 0 ? "" : i + 1 == ranks.size() ? " and " : ", ") + std::to_string(ranks[i]);
  return text;
}

}  // namespace

void require_same(const std::vector<Fact>& facts, Meeting& meeting) {
  auto word = nlohmann::json::array();
  for (const auto& fact : facts) word.push_back(fact.value);
  std::vector<std::vector<std::string>> values;
  for (const auto& brought : meeting.meet(word.dump())) values.push_back(nlohmann::json::parse(brought));
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const std::string& first = values[0].at(i);
    std::vector<std::size_t> others;
    for (std::size_t r = 1; r < values.size(); ++r)
      if (values[r].at(i) != first) others.push_back(r);
    if (others.empty()) continue;
    const std::string& other = values[others[0]].at(i);
    const bool shown = first.size() <= kShort && other.size() <= kShort;
    throw UserError{{{},
                     ranks_text(others) + (others.size() == 1 ? " has another " : " have another ") +
                         facts[i].what + " than rank 0" + (shown ? ": " + other + ", not " + first : ""),
                     facts[i].help}};
  }
}

}  // namespace sganc
