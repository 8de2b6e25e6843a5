#include "compiler/passes/pass.h"

namespace sganc {

void drop_unused(PlannedFunction& planned, const PassContext&) {
  const Function& f = planned.function;
  std::vector<bool> used(f.nodes.size());
  for (const auto& r : f.results) used[static_cast<std::size_t>(r.value.id)] = true;
  for (std::size_t i = f.nodes.size(); i-- > 0;)
    if (used[i])
      for (Value v : f.nodes[i].operands) used[static_cast<std::size_t>(v.id)] = true;

  Function kept{.name = f.name, .role = f.role, .update = f.update};
  std::vector<Value> now(f.nodes.size());
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    if (!used[i]) continue;
    Node node = f.nodes[i];
    for (Value& v : node.operands) v = now[static_cast<std::size_t>(v.id)];
    now[i] = {static_cast<int>(kept.nodes.size())};
    kept.nodes.push_back(std::move(node));
  }
  for (const auto& r : f.results) kept.results.push_back({r.name, now[static_cast<std::size_t>(r.value.id)]});
  planned.function = std::move(kept);
}

}  // namespace sganc
