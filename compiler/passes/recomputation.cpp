#include "compiler/passes/recomputation.h"

#include <map>
#include <tuple>

#include "compiler/passes/plan.h"

namespace sganc {
namespace {

/// Counts the nodes that are computed for one element. Changes of shape move the element: each different
/// sequence of them leads to another place, which has a number.
class Count {
 public:
  Count(const Function& function, const std::set<Value>& stored, std::size_t most)
      : f_(function), stored_(stored), most_(most) {}

  std::size_t total() const { return total_; }

  void operands_of(Value v, int place) {
    const Node& n = f_.node(v);
    const bool moves = info(n.op).kind == OpClass::structure;
    const int next = moves ? moved(v, place) : place;
    for (Value o : n.operands) visit(o, next);
  }

 private:
  void visit(Value v, int place) {
    const Node& n = f_.node(v);
    if (total_ >= most_ || is_memory(n) || stored_.contains(stored_as(f_, v))) return;
    if (n.op == Op::reduce_sum || n.op == Op::reduce_max || n.op == Op::scatter_add) return;
    if (n.op == Op::gather && n.attributes.axes.empty()) return;
    if (!seen_.insert({v, place}).second) return;
    if (is_pointwise(n.op) || n.op == Op::random) ++total_;
    operands_of(v, place);
  }

  /// The place to which `v`, a change of shape, moves the element. Nodes that move it alike lead to the same
  /// place, so that a node is counted once for each of its elements that is read.
  int moved(Value v, int place) {
    const Node& n = f_.node(v);
    const auto& a = n.attributes;
    const auto key = std::tuple(place, n.op, f_.node(n.operands[0]).type.shape, n.type.shape, a.axes, a.low);
    return places_.emplace(key, static_cast<int>(places_.size()) + 1).first->second;
  }

  const Function& f_;
  const std::set<Value>& stored_;
  const std::size_t most_;
  std::size_t total_ = 0;
  std::set<std::pair<Value, int>> seen_;
  std::map<std::tuple<int, Op, Shape, Shape, std::vector<int>, Shape>, int> places_;
};

}  // namespace

std::size_t computed_for_each(const Function& function, Value v, const std::set<Value>& stored,
                              std::size_t most) {
  Count count(function, stored, most);
  count.operands_of(v, 0);
  return count.total();
}

std::set<Value> read_by_overlapping_slices(const Function& function) {
  std::map<Value, std::int64_t> read;
  for (const auto& n : function.nodes)
    if (n.op == Op::slice) read[n.operands[0]] += n.type.elements();
  std::set<Value> overlapping;
  for (const auto& [v, count] : read)
    if (count > function.node(v).type.elements()) overlapping.insert(v);
  return overlapping;
}

}  // namespace sganc
