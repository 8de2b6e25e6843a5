#include "compiler/export/needed.h"

namespace sganc {

std::vector<bool> needed_nodes(const Function& function, const std::vector<Value>& values) {
  std::vector<bool> needed(function.nodes.size());
  for (const Value v : values) needed[static_cast<std::size_t>(v.id)] = true;
  for (std::size_t i = needed.size(); i-- > 0;)
    if (needed[i])
      for (const Value o : function.nodes[i].operands) needed[static_cast<std::size_t>(o.id)] = true;
  return needed;
}

std::vector<bool> needed_for_results(const Function& function) {
  std::vector<Value> values;
  for (const auto& result : function.results) values.push_back(result.value);
  return needed_nodes(function, values);
}

Tensor value_of(const Function& function, Value v, const Tensors& variables) {
  const auto needed = needed_nodes(function, {v});
  Function part;
  std::vector<Value> place(function.nodes.size());
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    place[i] = {static_cast<int>(part.nodes.size())};
    Node& node = part.nodes.emplace_back(function.nodes[i]);
    for (Value& o : node.operands) o = place[static_cast<std::size_t>(o.id)];
  }
  return evaluate_nodes(part, {}, variables).back();
}

std::string plain_name(const std::string& variable) {
  constexpr std::string_view average = "average.";
  return variable.starts_with(average) ? variable.substr(average.size()) : variable;
}

}  // namespace sganc
