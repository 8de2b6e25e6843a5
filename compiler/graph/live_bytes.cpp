#include "compiler/graph/live_bytes.h"

#include <algorithm>
#include <set>
#include <vector>

namespace sganc {
namespace {

/// Whether the result shares the memory of its operand.
bool is_alias(Op op) {
  return op == Op::view || op == Op::broadcast || op == Op::stop_gradient;
}

}  // namespace

std::int64_t live_bytes(const Function& f) {
  const auto owner = [&](Value v) {
    while (is_alias(f.node(v).op)) v = f.node(v).operands[0];
    return static_cast<std::size_t>(v.id);
  };
  std::vector<std::int64_t> bytes(f.nodes.size());
  std::vector<std::size_t> last(f.nodes.size());
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    const Node& n = f.nodes[i];
    if (info(n.op).kind != OpClass::leaf && !is_alias(n.op))
      bytes[i] = std::max<std::int64_t>(0, n.type.bytes());
    for (Value v : n.operands) last[owner(v)] = i;
  }
  for (const auto& result : f.results) last[owner(result.value)] = f.nodes.size();

  std::int64_t live = 0, most = 0;
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    std::set<std::size_t> read;
    std::int64_t freed = 0;
    for (Value v : f.nodes[i].operands) read.insert(owner(v));
    for (const auto operand : read)
      if (last[operand] == i) freed += bytes[operand];
    const bool in_place = info(f.nodes[i].op).kind == OpClass::pointwise;
    live += bytes[i] - (in_place ? freed : 0);
    most = std::max(most, live);
    live -= in_place ? 0 : freed;
    if (last[i] <= i) live -= bytes[i];  // no node reads it
  }
  return most;
}

}  // namespace sganc
