#include <algorithm>

#include "compiler/passes/pass.h"

namespace sganc {
namespace {

/// Which sums over the ranks wait for others.
struct Order {
  std::vector<int> depth;     // of each node: the sums on the longest way to it, itself included
  std::vector<bool> awaited;  // of each node: another sum needs it
  int deepest = 0;

  explicit Order(const Function& f) : depth(f.nodes.size()), awaited(f.nodes.size()) {
    for (std::size_t i = 0; i < f.nodes.size(); ++i) {
      for (Value v : f.nodes[i].operands)
        depth[i] = std::max(depth[i], depth[static_cast<std::size_t>(v.id)]);
      if (f.nodes[i].op == Op::all_reduce) deepest = std::max(deepest, ++depth[i]);
    }
    for (std::size_t i = f.nodes.size(); i-- > 0;)
      for (Value v : f.nodes[i].operands)
        if (awaited[i] || f.nodes[i].op == Op::all_reduce) awaited[static_cast<std::size_t>(v.id)] = true;
  }
};

}  // namespace

void form_messages(PlannedFunction& planned, const PassContext&) {
  const Function& f = planned.function;
  const Order order(f);
  std::map<int, Group> messages;  // by the number of messages that must come before
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    if (f.nodes[i].op != Op::all_reduce) continue;
    Group& message = messages[order.awaited[i] ? order.depth[i] : order.deepest];
    message.outputs.push_back({static_cast<int>(i)});
    message.inputs.push_back(stored_as(f, f.nodes[i].operands[0]));
  }
  for (auto& [depth, message] : messages) {
    message.is_message = true;
    message.name = f.name + ".message";
    message.layer = "message";
    message.why = depth == order.deepest ? "all sums that no later message waits for"
                                         : "a later message waits for these sums";
    planned.plan.messages.push_back(std::move(message));
  }
}

}  // namespace sganc
