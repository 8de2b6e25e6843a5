#include "compiler/graph/module.h"

#include <algorithm>

namespace sganc {
namespace {
template <class Range>
auto find_named(const Range& range, const std::string& name) -> decltype(&*range.begin()) {
  const auto found = std::ranges::find_if(range, [&](const auto& item) { return item.name == name; });
  return found == range.end() ? nullptr : &*found;
}
}  // namespace

const Result* Function::result(const std::string& wanted) const {
  return find_named(results, wanted);
}
const Variable* Module::variable(const std::string& wanted) const {
  return find_named(variables, wanted);
}
const Function* Module::function(const std::string& wanted) const {
  return find_named(functions, wanted);
}

std::vector<int> count_uses(const Function& function) {
  std::vector<int> uses(function.nodes.size());
  for (const auto& node : function.nodes)
    for (Value v : node.operands) ++uses[static_cast<std::size_t>(v.id)];
  return uses;
}

}  // namespace sganc
