#include "compiler/shard/shard.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "compiler/language/spelling.h"
#include "compiler/primitives/table.h"
#include "runtime/system/share.h"

namespace sganc {
namespace {

/// Makes a rank's function node by node. A partial sum is summed where a node needs all of it; then every
/// node reads that sum, so that nothing else reads the memory in which it is summed. Which values these are
/// is known only at the end, so the function is made until no new one is found. All ranks decide alike, since
/// no decision looks at the rank.
class Sharder {
 public:
  Sharder(const Function& whole, int rank, int ranks) : whole_(whole), rank_(rank), ranks_(ranks) {
    const auto is_drawn = [&](Value v) { return drawn_[static_cast<std::size_t>(v.id)]; };
    for (const Node& n : whole.nodes)
      drawn_.push_back(info(n.op).kind == OpClass::leaf && n.op != Op::random
                           ? n.op == Op::constant || n.op == Op::iota || is_key(n)
                           : std::ranges::all_of(n.operands, is_drawn));
  }

  Function run() {
    std::size_t known = 0;
    do {
      known = summed_.size();
      make();
    } while (summed_.size() > known);
    return std::move(made_);
  }

 private:
  /// A value of the whole function: how the ranks hold it, and its forms in the rank's function so far.
  struct Held {
    Sharing sharing;
    std::map<Sharing, Value> forms;
  };

  void make() {
    made_ = {.name = whole_.name, .role = whole_.role, .update = whole_.update};
    held_.clear();
    for (std::size_t i = 0; i < whole_.nodes.size(); ++i) {
      const Node& node = whole_.nodes[i];
      b_.set_origin(node.origin);
      const Sharing sharing = info(node.op).kind == OpClass::leaf ? add_leaf(node) : add(node);
      if (sharing.is_partial() && summed_.contains({static_cast<int>(i)}))
        hold(kWhole, b_.all_reduce(held_.back().forms.at(kPartial)));
    }
    for (const auto& r : whole_.results) b_.result(r.name, form(r.value, kWhole));
  }

  /// Sets how the ranks hold the last value.
  void hold(const Sharing& sharing, Value value) { held_.back() = {sharing, {{sharing, value}}}; }

  Sharing add(const Node& node) {
    std::vector<Sharable::Operand> in;
    for (Value v : node.operands)
      in.push_back({whole_.node(v).type, held(v).sharing, is_zero(whole_.node(v))});
    const Shares shares = primitive(node.op).share({node, in});
    std::vector<Value> operands;
    for (std::size_t i = 0; i < in.size(); ++i) operands.push_back(form(node.operands[i], shares.in[i]));
    Attributes attributes = node.attributes;
    if (!attributes.shape.empty()) attributes.shape = part_of(attributes.shape, shares.result);
    held_.emplace_back();
    hold(shares.result, b_.add_node(node.op, std::move(operands), std::move(attributes)));
    return shares.result;
  }

  /// Inputs and random numbers are shared along their first axis, the batch; all other leaves are whole.
  Sharing add_leaf(const Node& node) {
    const Shape& shape = node.type.shape;
    const bool has_batch = node.op == Op::random || (node.op == Op::input && !is_key(node));
    const Sharing sharing =
        has_batch && !shape.empty() && shape[0] >= ranks_ ? shared_along(0, shape[0]) : kWhole;
    std::vector<Value> operands;
    for (Value v : node.operands) operands.push_back(form(v, kWhole));
    Node part = node;
    if (sharing.is_shared()) take_part(part, sharing);
    held_.emplace_back();
    hold(sharing, b_.add_node(node.op, std::move(operands), part.attributes, part.type));
    return sharing;
  }

  /// Makes a leaf that part of itself which this rank holds.
  void take_part(Node& leaf, const Sharing& sharing) const {
    const bool counts_rows = leaf.op == Op::iota && leaf.attributes.axes[0] == sharing.axis;
    const bool drawn = leaf.op == Op::input || leaf.op == Op::random;
    if (drawn || counts_rows) leaf.attributes.low = low_of(leaf.type.shape, sharing);
    if (drawn) leaf.attributes.shape = leaf.type.shape;
    leaf.type.shape = part_of(leaf.type.shape, sharing);
  }

  Held& held(Value v) { return held_[static_cast<std::size_t>(v.id)]; }

  /// The value as the ranks should hold it.
  Value form(Value v, const Sharing& wanted) {
    Held& h = held(v);
    if (const auto known = h.forms.find(wanted); known != h.forms.end()) return known->second;
    if (wanted.is_partial()) return h.forms.at(kWhole);  // a constant 0
    const Origin origin = b_.origin();
    b_.set_origin(whole_.node(v).origin);
    const bool is_drawn = drawn_[static_cast<std::size_t>(v.id)];
    const Value made = wanted.is_shared() ? shared(v, wanted) : is_drawn ? drawn(v) : summed(v);
    b_.set_origin(origin);
    return held(v).forms[wanted] = made;
  }

  /// All of a value that is computed from random numbers alone: instead of sending it, every rank draws them
  /// all.
  Value drawn(Value v) {
    const Node& node = whole_.node(v);
    std::vector<Value> operands;
    for (Value o : node.operands) operands.push_back(form(o, kWhole));
    return b_.add_node(node.op, std::move(operands), node.attributes, node.type);
  }

  /// All of the value, by a message.
  Value summed(Value v) {
    Held& h = held(v);
    if (!h.sharing.is_partial()) return gathered(h.forms.at(h.sharing), whole_.node(v).type, h.sharing);
    summed_.insert(v);
    return b_.all_reduce(h.forms.at(kPartial));
  }

  /// Puts each rank's rows at their place among zeros, and sums over the ranks. Numbers of another type pass
  /// through f32, which holds indices, labels and pixels exactly.
  Value gathered(Value part, const Type& whole, const Sharing& sharing) {
    Shape low = low_of(whole.shape, sharing), high = whole.shape;
    const Shape& extents = b_.shape(part);
    for (std::size_t i = 0; i < high.size(); ++i) high[i] -= low[i] + extents[i];
    return b_.convert(b_.all_reduce(b_.pad(b_.convert(part, DType::f32), low, high)), whole.dtype);
  }

  /// This rank's share of the value. A leaf, and a value that is repeated along the axis, are made as small
  /// as the share.
  Value shared(Value v, const Sharing& wanted) {
    const Node& node = whole_.node(v);
    if (held(v).sharing.is_whole() && (node.op == Op::constant || node.op == Op::iota)) {
      Node part = node;
      take_part(part, wanted);
      return b_.add_node(node.op, {}, part.attributes, part.type);
    }
    const auto& axes = node.attributes.axes;
    if (held(v).sharing.is_whole() && node.op == Op::broadcast &&
        std::ranges::find(axes, wanted.axis) == axes.end())
      return b_.broadcast(form(node.operands[0], kWhole), part_of(node.type.shape, wanted), axes);
    return b_.slice(form(v, kWhole), low_of(node.type.shape, wanted), part_of(node.type.shape, wanted));
  }

  static bool is_key(const Node& node) { return node.attributes.name == "random.key"; }
  static bool is_zero(const Node& node) { return node.op == Op::constant && node.attributes.value == 0; }

  Share share_along(const Shape& shape, const Sharing& sharing) const {
    const Share rows = share_of(sharing.rows, rank_, ranks_);
    const std::int64_t each = shape[static_cast<std::size_t>(sharing.axis)] / sharing.rows;
    return {rows.first * each, rows.count * each};
  }
  /// Where this rank's part of a value of that shape begins, and the part's shape.
  Shape low_of(const Shape& shape, const Sharing& sharing) const {
    Shape low(shape.size());
    low[static_cast<std::size_t>(sharing.axis)] = share_along(shape, sharing).first;
    return low;
  }
  Shape part_of(Shape shape, const Sharing& sharing) const {
    if (sharing.is_shared())
      shape[static_cast<std::size_t>(sharing.axis)] = share_along(shape, sharing).count;
    return shape;
  }

  const Function& whole_;
  int rank_, ranks_;
  Function made_;
  Builder b_{made_};
  std::vector<bool> drawn_;  // of each value of the whole function: it is computed from random numbers alone
  std::vector<Held> held_;   // likewise: how the ranks hold it
  std::set<Value> summed_;   // partial sums that some node needs all of
};

}  // namespace

Module shard(const Module& module, int rank, int ranks) {
  if (module.ranks > 1) throw std::logic_error("the module is that of one of several ranks already");
  Module result = module;
  result.rank = rank;
  result.ranks = ranks;
  if (ranks == 1) return result;
  for (auto& function : result.functions)
    if (function.role == FunctionRole::update || function.role == FunctionRole::begin)
      function = Sharder(function, rank, ranks).run();
  return result;
}

void require_shares(const Model& model, int ranks, Diagnostics& diagnostics) {
  for (const auto& update : model.updates)
    for (const auto& draw : update.draws)
      if (draw.count.value < ranks)
        diagnostics.error(draw.count.where,
                          counted(static_cast<std::size_t>(ranks), "rank") + " cannot share the " +
                              std::to_string(draw.count.value) + " examples that update \"" + update.name +
                              "\" draws as \"" + draw.name.value + "\"",
                          "draw at least " + std::to_string(ranks) + ", or start at most " +
                              counted(static_cast<std::size_t>(draw.count.value), "rank"));
}

}  // namespace sganc
