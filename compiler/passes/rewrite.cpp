#include "compiler/passes/rewrite.h"

namespace sganc {

Function rewrite(const Function& function, const Rewrite& rule) {
  Function result{.name = function.name, .role = function.role, .update = function.update};
  Builder b(result);
  std::vector<Value> now(function.nodes.size());
  for (std::size_t i = 0; i < function.nodes.size(); ++i) {
    Node node = function.nodes[i];
    for (Value& v : node.operands) v = now[static_cast<std::size_t>(v.id)];
    b.set_origin(node.origin);
    if (const auto replaced = rule(b, node))
      now[i] = *replaced;
    else
      now[i] = b.add_node(node.op, node.operands, node.attributes, node.type);
  }
  for (const auto& r : function.results)
    result.results.push_back({r.name, now[static_cast<std::size_t>(r.value.id)]});
  return result;
}

}  // namespace sganc
