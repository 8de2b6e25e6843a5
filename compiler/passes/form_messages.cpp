#include <algorithm>

#include "compiler/passes/pass.h"

namespace sganc {
namespace {

/// Which sums over the ranks wait for others.
struct Order {
  std::vector<int> depth;     // of each node: the sums on the longest way to it, itself included
  std::vector<bool> awaited;  // of each node: another sum needs it

  explicit Order(const Function& f) : depth(f.nodes.size()), awaited(f.nodes.size()) {
    for (std::size_t i = 0; i < f.nodes.size(); ++i) {
      for (Value v : f.nodes[i].operands)
        depth[i] = std::max(depth[i], depth[static_cast<std::size_t>(v.id)]);
      if (f.nodes[i].op == Op::all_reduce) ++depth[i];
    }
    for (std::size_t i = f.nodes.size(); i-- > 0;)
      for (Value v : f.nodes[i].operands)
        if (awaited[i] || f.nodes[i].op == Op::all_reduce) awaited[static_cast<std::size_t>(v.id)] = true;
  }
};

/// A message of fewer bytes takes mostly its latency: 25 Gb/s carry about as many in 20 microseconds.
constexpr std::int64_t kLeastBytes = 64 * 1024;
/// More messages would hide little more: what cannot be hidden is the last one.
constexpr std::int64_t kMostMessages = 8;

/// Divides sums that no message waits for, in the order in which their operands are computed. Each message
/// takes the next of them until it is large enough, and travels while the later ones are computed.
std::vector<std::vector<Value>> divided(const Function& f, const std::vector<Value>& sums) {
  std::int64_t all = 0, open = 0;
  for (Value v : sums) all += f.node(v).type.bytes();
  std::vector<std::vector<Value>> parts;
  for (Value v : sums) {
    if (open == 0) parts.emplace_back();
    parts.back().push_back(v);
    open += f.node(v).type.bytes();
    if (open >= std::max(kLeastBytes, all / kMostMessages)) open = 0;
  }
  return parts;
}

Group message_of(const Function& f, const std::vector<Value>& sums, const std::string& why) {
  Group message{.name = f.name + ".message", .layer = "message", .why = why, .is_message = true};
  for (Value v : sums) {
    message.outputs.push_back(v);
    message.inputs.push_back(stored_as(f, f.node(v).operands[0]));
  }
  return message;
}

}  // namespace

void form_messages(PlannedFunction& planned, const PassContext&) {
  const Function& f = planned.function;
  const Order order(f);
  std::map<int, std::vector<Value>> awaited;  // by the number of messages that must come before, and itself
  std::vector<Value> others;
  for (std::size_t i = 0; i < f.nodes.size(); ++i)
    if (f.nodes[i].op == Op::all_reduce)
      (order.awaited[i] ? awaited[order.depth[i]] : others).push_back({static_cast<int>(i)});

  std::vector<std::pair<int, Group>> messages;  // and the node behind which each can be sent
  std::vector<int> sent = {0};                  // likewise, by the number of messages that must come before
  for (const auto& [depth, sums] : awaited) {
    sent.push_back(std::max(sent.back(), sums.back().id));
    messages.emplace_back(sent.back(), message_of(f, sums, "a later message waits for these sums"));
  }
  const auto parts = divided(f, others);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string why = "sums that no later message waits for";
    const std::string part = ", part " + std::to_string(i + 1) + " of " + std::to_string(parts.size());
    int ready = parts[i].back().id;
    for (Value v : parts[i])
      ready =
          std::max(ready, sent.at(static_cast<std::size_t>(order.depth[static_cast<std::size_t>(v.id)] - 1)));
    messages.emplace_back(ready, message_of(f, parts[i], parts.size() == 1 ? "all " + why : why + part));
  }
  std::ranges::stable_sort(messages, {}, &std::pair<int, Group>::first);
  for (auto& [ready, message] : messages) {
    if (!planned.plan.messages.empty()) message.after = planned.plan.messages.back().outputs;
    planned.plan.messages.push_back(std::move(message));
  }
}

}  // namespace sganc
