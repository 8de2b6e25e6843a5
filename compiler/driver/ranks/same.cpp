#include "compiler/driver/ranks/same.h"

#include <nlohmann/json.hpp>

#include "compiler/language/source.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

constexpr std::size_t kShort = 80;  // longer values are not shown

}  // namespace

void require_same(const std::vector<Fact>& facts, Meeting& meeting) {
  auto word = nlohmann::json::array();
  for (const auto& fact : facts) word.push_back(fact.value);
  std::vector<std::vector<std::string>> values;
  for (const auto& brought : meeting.meet(word.dump())) values.push_back(nlohmann::json::parse(brought));
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const std::string& first = values[0].at(i);
    std::vector<std::string> others;
    std::string other;  // the value of the first of them
    for (std::size_t r = 1; r < values.size(); ++r) {
      if (values[r].at(i) == first) continue;
      if (others.empty()) other = values[r].at(i);
      others.push_back(std::to_string(r));
    }
    if (others.empty()) continue;
    const bool shown = first.size() <= kShort && other.size() <= kShort;
    throw UserError{{{},
                     (others.size() == 1 ? "rank " : "ranks ") + enumerated(others) +
                         (others.size() == 1 ? " has another " : " have another ") + facts[i].what +
                         " than rank 0" + (shown ? ": " + other + ", not " + first : ""),
                     facts[i].help}};
  }
}

}  // namespace sganc
