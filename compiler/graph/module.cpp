#include "compiler/graph/module.h"

#include <algorithm>
#include <array>
#include <utility>

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

const Function* Module::function(FunctionRole role, const std::string& update) const {
  for (const auto& f : functions)
    if (f.role == role && f.update == update) return &f;
  return nullptr;
}

namespace {

constexpr std::array<std::pair<std::string_view, FunctionRole>, 11> kFunctionRoles = {
    {{"other", FunctionRole::other},
     {"update", FunctionRole::update},
     {"apply", FunctionRole::apply},
     {"begin", FunctionRole::begin},
     {"average", FunctionRole::average},
     {"classify", FunctionRole::classify},
     {"predict", FunctionRole::predict},
     {"sample", FunctionRole::sample},
     {"generate", FunctionRole::generate},
     {"features", FunctionRole::features},
     {"similarity", FunctionRole::similarity}}};

constexpr std::array<std::pair<std::string_view, Role>, 5> kRoles = {{{"weight", Role::weight},
                                                                      {"statistic", Role::statistic},
                                                                      {"average", Role::average},
                                                                      {"state", Role::state},
                                                                      {"gradient", Role::gradient}}};

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
  return std::ranges::find(table, value, [](const auto& row) { return row.second; })->first;
}

template <class Table>
auto value_of(const Table& table, std::string_view word) {
  const auto row = std::ranges::find(table, word, [](const auto& r) { return r.first; });
  return row == table.end() ? std::nullopt : std::optional(row->second);
}

}  // namespace

std::string_view to_string(FunctionRole role) {
  return word_of(kFunctionRoles, role);
}
std::string_view to_string(Role role) {
  return word_of(kRoles, role);
}
std::optional<FunctionRole> function_role(std::string_view word) {
  return value_of(kFunctionRoles, word);
}
std::optional<Role> variable_role(std::string_view word) {
  return value_of(kRoles, word);
}

std::vector<int> count_uses(const Function& function) {
  std::vector<int> uses(function.nodes.size());
  for (const auto& node : function.nodes)
    for (Value v : node.operands) ++uses[static_cast<std::size_t>(v.id)];
  return uses;
}

}  // namespace sganc
