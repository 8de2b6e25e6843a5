#include "compiler/passes/pass.h"
#include "compiler/passes/rewrite.h"

namespace sganc {

void share_subexpressions(PlannedFunction& planned, const PassContext&) {
  std::map<std::pair<Op, std::vector<Value>>, std::vector<Value>> known;
  planned.function = rewrite(planned.function, [&](Builder& b, const Node& n) -> std::optional<Value> {
    auto& same = known[{n.op, n.operands}];
    for (Value v : same) {
      const Node& other = b.function().node(v);
      if (other.attributes == n.attributes && other.type == n.type) return v;
    }
    const Value v = b.add_node(n.op, n.operands, n.attributes, n.type);
    same.push_back(v);
    return v;
  });
}

}  // namespace sganc
