#include <algorithm>
#include <map>
#include <stdexcept>

#include "compiler/passes/pass.h"
#include "compiler/passes/recomputation.h"

namespace sganc {
namespace {

/// Values up to this size are recomputed, reduced and merged freely; a loop over them costs less than a step.
constexpr std::int64_t kSmall = 64 * 1024;
/// A value that needs more computed nodes than this for each of its elements is stored. Otherwise the work
/// would multiply with windows over windows over windows.
constexpr std::size_t kMostRecomputed = 256;

bool is_reduction(Op op) {
  return op == Op::reduce_sum || op == Op::reduce_max;
}

/// Decides what is stored, forms a group for each stored value that no product computes, merges groups that
/// one kernel serves, and puts them in an order of execution.
class Former {
 public:
  Former(PlannedFunction& planned, const Fusion& fusion)
      : f_(planned.function), plan_(planned.plan), fusion_(fusion) {}

  void run() {
    choose_stored();
    for (auto& [anchor, product] : plan_.products) {
      product.inputs = inputs_of(product);
      groups_.push_back(product);
    }
    groups_.insert(groups_.end(), plan_.messages.begin(), plan_.messages.end());
    for (Value v : stored_)
      if (!computed_.contains(v)) add(v);
    order();
    await_messages();
    name_all();
    plan_.groups = std::move(groups_);
  }

 private:
  /// Stores a value. `why` is for people; the first reason counts.
  void store(Value v, const char* why) {
    v = stored_as(f_, v);
    if (!is_memory(f_.node(v)) && stored_.insert(v).second) why_[v] = why;
  }

  void choose_stored() {
    for (const auto& [anchor, product] : plan_.products) {
      for (Value v : f_.node(anchor).operands) store(v, "read by a product");
      for (Value v : product.outputs) computed_.insert(v), store(v, "computed by a product");
    }
    for (const auto& message : plan_.messages) {
      for (Value v : message.inputs) store(v, "summed over the ranks");
      for (Value v : message.outputs) computed_.insert(v), store(v, "a sum over the ranks");
    }
    for (const auto& r : f_.results) store(r.value, "a result");
    for (std::size_t i = 0; i < f_.nodes.size(); ++i) {
      const Node& n = f_.nodes[i];
      const Value v{static_cast<int>(i)};
      if (is_reduction(n.op) && f_.node(n.operands[0]).type.elements() > kSmall)
        store(v, "a large reduction");
      // computed once, so that the largest element equals the maximum bit by bit
      if (n.op == Op::reduce_max) store(n.operands[0], "compared with its maximum");
      if (n.op == Op::gather && n.attributes.axes.empty()) store(n.operands[1], "an index");
      if (n.op == Op::gather || n.op == Op::scatter_add) store(n.operands[0], "read by index");
      if (n.op == Op::scatter_add) store(v, "written by index");
      // random numbers of each example are drawn once and not for each element
      if (n.op == Op::broadcast && n.type.elements() >= 16 * f_.node(n.operands[0]).type.elements() &&
          draws(n.operands[0]))
        store(whole_of(n.operands[0]), "drawn once and not for each element");
      // one number is computed once and not for each element
      if (n.op == Op::broadcast && f_.node(n.operands[0]).type.shape.empty() && n.type.elements() > 1)
        if (f_.node(n.operands[0]).op != Op::constant) store(n.operands[0], "one number for many elements");
    }
    store_windows();
    for (std::size_t i = 0; i < f_.nodes.size(); ++i)
      for (Value v : f_.nodes[i].operands)
        if (separates(f_, fusion_, v, {static_cast<int>(i)})) store(v, "kept apart by the schedule");
  }

  /// The value of which `v` is a part, or `v` itself.
  Value whole_of(Value v) const {
    while (f_.node(v).op == Op::slice || f_.node(v).op == Op::view) v = f_.node(v).operands[0];
    return v;
  }

  /// Whether computing this value draws random numbers.
  bool draws(Value v) {
    if (is_memory(f_.node(v)) || stored_.contains(stored_as(f_, v))) return false;
    const auto [known, added] = draws_.emplace(v, false);
    if (!added) return known->second;
    const Node& n = f_.node(v);
    return draws_[v] =
               n.op == Op::random || std::ranges::any_of(n.operands, [&](Value o) { return draws(o); });
  }

  /// Stores values that are read at several places and costly to compute, so that they are computed once.
  void store_windows() {
    for (Value v : read_by_overlapping_slices(f_)) store(v, "read by overlapping windows");
    if (std::ranges::none_of(f_.nodes, [](const Node& n) { return n.op == Op::slice || n.op == Op::pad; }))
      return;
    std::set<Value> in_products;  // between a product and its output
    for (std::size_t i = 0; i < f_.nodes.size(); ++i) {
      const Value v{static_cast<int>(i)};
      const Node& n = f_.nodes[i];
      if (stored_.contains(stored_as(f_, v))) continue;
      if (info(n.op).kind == OpClass::product ||
          std::ranges::any_of(n.operands, [&](Value o) { return in_products.contains(o); }))
        in_products.insert(v);
      if (!is_pointwise(n.op) || in_products.contains(v)) continue;
      if (computed_for_each(f_, v, stored_, kMostRecomputed) >= kMostRecomputed)
        store(v, "too costly to compute again");
    }
  }

  /// Visits `v` and the nodes from which it is computed, each once. Does not go beyond values in `stop`.
  template <class Visit>
  void visit_cone(Value v, const std::set<Value>& stop, const Visit& visit, std::set<Value>& seen) const {
    if (!seen.insert(v).second) return;
    visit(v);
    for (Value o : f_.node(v).operands) {
      const Value memory = stored_as(f_, o);
      if (is_memory(f_.node(memory)) || stop.contains(memory)) continue;
      visit_cone(o, stop, visit, seen);
    }
  }

  std::vector<Value> inputs_of(const Group& group) const {
    std::set<Value> inputs;
    std::set<Value> stop = stored_;
    for (Value v : group.outputs) stop.erase(v);
    const auto visit = [&](Value v) {
      for (Value o : f_.node(v).operands) {
        const Value memory = stored_as(f_, o);
        if (is_memory(f_.node(memory)) || stop.contains(memory)) inputs.insert(memory);
      }
    };
    std::set<Value> seen;
    for (Value v : group.outputs)
      if (v != group.bias_gradient) visit_cone(v, stop, visit, seen);
    // single numbers first, so that equal kernels list their arguments alike
    std::vector<Value> ordered(inputs.begin(), inputs.end());
    const auto is_number = [&](Value v) { return f_.node(v).type.shape.empty(); };
    std::stable_partition(ordered.begin(), ordered.end(), is_number);
    return ordered;
  }

  bool is_key(Value v) const {
    return std::ranges::any_of(f_.nodes,
                               [&](const Node& n) { return n.op == Op::random && n.operands[0] == v; });
  }

  /// Whether every node of the group and all that it reads have one element order, apart from scalars.
  bool is_flat(const Group& group) const {
    const auto count = f_.node(group.outputs[0]).type.elements();
    bool flat = !f_.node(group.outputs[0]).type.shape.empty();
    std::set<Value> stop = stored_, seen;
    for (Value v : group.outputs) {
      stop.erase(v);
      flat = flat && f_.node(v).type.elements() == count;
    }
    const auto visit = [&](Value v) {
      const Node& n = f_.node(v);
      const bool scalar = n.op == Op::broadcast && f_.node(n.operands[0]).type.shape.empty();
      const bool same =
          is_pointwise(n.op) || n.op == Op::constant || n.op == Op::view || is_drawn_in_a_row(n);
      flat = flat && n.type.dtype == DType::f32 && (scalar || (same && n.type.elements() == count));
    };
    for (Value v : group.outputs) visit_cone(v, stop, visit, seen);
    for (Value v : group.inputs) {
      const Node& n = f_.node(v);
      const bool blocks = n.op != Op::input && n.type.dtype == DType::f32;  // its buffer has whole blocks
      if (!blocks && !is_key(v)) flat = false;
    }
    return flat;
  }

  /// Whether the node draws random numbers that follow each other: of a whole, or of rows of it.
  static bool is_drawn_in_a_row(const Node& n) {
    const Shape &part = n.type.shape, &whole = n.attributes.shape;
    return n.op == Op::random &&
           (whole.empty() || std::equal(part.begin() + 1, part.end(), whole.begin() + 1));
  }

  static bool contains(const std::vector<Value>& values, Value v) {
    return std::ranges::find(values, v) != values.end();
  }

  std::int64_t largest(const Group& group) const {
    std::int64_t most = 0;
    std::set<Value> stop = stored_, seen;
    const auto visit = [&](Value v) { most = std::max(most, f_.node(v).type.elements()); };
    for (Value v : group.outputs) stop.erase(v);
    for (Value v : group.outputs) visit_cone(v, stop, visit, seen);
    return most;
  }

  /// Whether both read a value that is not a single number, or `b` reads what `a` computes.
  bool share(const Group& a, const Group& b) const {
    const auto substantial = [&](Value v) {
      return !f_.node(v).type.shape.empty() && f_.node(v).op != Op::input;
    };
    for (Value v : b.inputs) {
      if (!substantial(v)) continue;
      if (contains(a.inputs, v) || contains(a.outputs, v)) return true;
    }
    return false;
  }

  bool scalars(const Group& g) const {
    return std::ranges::all_of(g.outputs, [&](Value v) { return f_.node(v).type.shape.empty(); });
  }

  /// Whether the schedule lets one kernel compute both.
  bool may_merge(const Group& a, const Group& b) const {
    const auto& part = [&](Value v) -> const std::string& { return f_.node(v).origin.part; };
    return std::ranges::none_of(a.outputs, [&](Value u) {
      return std::ranges::any_of(b.outputs, [&](Value v) {
        return fusion_.separates(part(u), part(v)) || fusion_.separates(part(v), part(u));
      });
    });
  }

  /// Whether one kernel can serve both: flat ones of one size, small ones, or scalars.
  bool compatible(const Group& a, const Group& b) const {
    if (a.implementation || a.is_message || !may_merge(a, b)) return false;
    if (scalars(a) != scalars(b) && a.flat) return false;
    if (scalars(a) && scalars(b)) return true;
    if (!share(a, b)) return false;
    if (a.flat && b.flat)
      return f_.node(a.outputs[0]).type.elements() == f_.node(b.outputs[0]).type.elements();
    return largest(a) <= kSmall && largest(b) <= kSmall;
  }

  std::map<Value, std::size_t> producers() const {
    std::map<Value, std::size_t> result;
    for (std::size_t i = 0; i < groups_.size(); ++i)
      for (Value v : groups_[i].outputs) result[v] = i;
    return result;
  }

  /// Whether computing one of these stored values needs, directly or not, something that `target` computes.
  /// Messages may need values that have no group yet; each of them will have one.
  bool needs(const std::vector<Value>& values, const Group& target,
             const std::map<Value, std::size_t>& producer, std::set<Value>& seen) {
    return std::ranges::any_of(values, [&](Value v) {
      if (contains(target.outputs, v)) return true;
      if (is_memory(f_.node(v)) || !seen.insert(v).second) return false;
      if (const auto p = producer.find(v); p != producer.end())
        return needs(groups_[p->second].inputs, target, producer, seen) ||
               needs(groups_[p->second].after, target, producer, seen);
      const auto [read, is_new] = read_by_.try_emplace(v);
      if (is_new) read->second = inputs_of({.outputs = {v}});
      return needs(read->second, target, producer, seen);
    });
  }

  /// Whether merging `added` into group `i` would make the group wait for itself: one of them reads something
  /// that needs the other and that neither computes.
  bool makes_cycle(const Group& added, std::size_t i) {
    const auto producer = producers();
    const auto between = [&](const Group& reader, const Group& other) {
      std::vector<Value> read = reader.inputs;
      std::erase_if(read, [&](Value v) { return contains(other.outputs, v); });
      std::set<Value> seen;
      return needs(read, other, producer, seen);
    };
    return between(added, groups_[i]) || between(groups_[i], added);
  }

  void add(Value v) {
    Group group{.outputs = {v}};
    group.inputs = inputs_of(group);
    group.flat = is_flat(group);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (!compatible(groups_[i], group) || makes_cycle(group, i)) continue;
      groups_[i].outputs.push_back(v);
      std::ranges::sort(groups_[i].outputs);
      groups_[i].inputs = inputs_of(groups_[i]);
      groups_[i].flat = is_flat(groups_[i]);
      return;
    }
    groups_.push_back(std::move(group));
  }

  /// Puts each group behind those whose values it reads. Among the ready ones, a message comes first, since
  /// it travels while others are computed; then the one with the earliest node.
  void order() {
    const auto producer = producers();
    std::vector<Group> ordered;
    std::vector<bool> done(groups_.size());
    const auto comes_before = [&](const Group& a, const Group& b) {
      return std::pair(!a.is_message, a.outputs.back()) < std::pair(!b.is_message, b.outputs.back());
    };
    while (ordered.size() < groups_.size()) {
      std::size_t next = groups_.size();
      for (std::size_t i = 0; i < groups_.size(); ++i) {
        const auto is_there = [&](Value v) {
          const auto p = producer.find(v);
          return p == producer.end() || p->second == i || done[p->second];
        };
        const bool ready = !done[i] && std::ranges::all_of(groups_[i].inputs, is_there) &&
                           std::ranges::all_of(groups_[i].after, is_there);
        if (ready && (next == groups_.size() || comes_before(groups_[i], groups_[next]))) next = i;
      }
      if (next == groups_.size())
        throw std::logic_error("form-groups: groups of " + f_.name + " wait for each other");
      done[next] = true;
      ordered.push_back(groups_[next]);
    }
    groups_ = std::move(ordered);
  }

  /// Finds where the sums of each message are needed.
  void await_messages() {
    for (auto& message : groups_) {
      if (!message.is_message) continue;
      const auto reader = std::ranges::find_if(groups_, [&](const Group& g) {
        return std::ranges::any_of(g.inputs, [&](Value v) { return contains(message.outputs, v); });
      });
      message.awaited_at = static_cast<std::size_t>(reader - groups_.begin());
    }
  }

  /// Sets the layer and name: trunk.dropout_1.forward, trunk.leaky_relu_1.backward. For an optimizer the
  /// names are c.apply.rate and c.apply.
  void name(Group& g) const {
    const Origin& origin = f_.node(g.outputs.back()).origin;
    g.layer = layer_of(f_, origin);
    if (f_.role == FunctionRole::apply) {
      g.name = f_.name + (scalars(g) ? ".rate" : "");
      return;
    }
    g.name = origin.part + (origin.gradient ? ".backward" : ".forward");
    if (!origin.gradient && f_.role != FunctionRole::average) g.purpose = Purpose::forward;
  }

  /// Why the values of a fused group are stored, and whether one loop over elements computes them.
  std::string why_of(const Group& g) const {
    std::string text;
    for (Value v : g.outputs)
      if (const std::string& why = why_.at(v); text.find(why) == std::string::npos)
        text += (text.empty() ? "" : "; ") + why;
    if (g.flat) return text + "; pointwise, one element order: flat";
    return text + (scalars(g) ? "; single numbers" : "");
  }

  /// Names all groups. If a layer has several groups of one name, its product keeps the plain name and the
  /// others get numbers.
  void name_all() {
    std::map<std::string, int> count;
    for (const bool product : {true, false})
      for (auto& g : groups_) {
        if ((g.anchor.id >= 0) != product) continue;
        if (g.name.empty()) name(g), g.why = why_of(g);
        if (const int n = ++count[g.name]; n > 1) g.name += "_" + std::to_string(n);
      }
  }

  const Function& f_;
  Plan& plan_;
  const Fusion& fusion_;
  std::set<Value> stored_;
  std::map<Value, std::string> why_;  // the reason for each stored value
  std::set<Value> computed_;          // by products and messages
  std::map<Value, bool> draws_;
  std::map<Value, std::vector<Value>> read_by_;  // what a stored value without a group will read
  std::vector<Group> groups_;
};

}  // namespace

void form_groups(PlannedFunction& planned, const PassContext& context) {
  Former(planned, context.schedule.fusion).run();
}

}  // namespace sganc
