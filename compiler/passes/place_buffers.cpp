#include <algorithm>
#include <map>
#include <stdexcept>

#include "compiler/passes/pass.h"

namespace sganc {
namespace {

constexpr std::int64_t aligned(std::int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

/// The life of stored values that lie one after the other: from the first group that computes one of them to
/// the last group that reads one.
struct Life {
  std::vector<Value> values;
  std::size_t from = 0, to = 0;
  std::int64_t bytes = 0, offset = 0;
};

/// The sums of one message lie one after the other, so that it sends one piece of memory.
void join_messages(const std::vector<Group>& groups, std::map<Value, Life>& lives) {
  for (const auto& group : groups) {
    if (!group.is_message) continue;
    Life* first = nullptr;
    for (Value v : group.outputs) {
      const auto found = lives.find(v);
      if (found == lives.end()) continue;
      if (!first) {
        first = &found->second;
        continue;
      }
      first->values.push_back(v);
      first->from = std::min(first->from, found->second.from);
      first->to = std::max(first->to, found->second.to);
      first->bytes += found->second.bytes;
      lives.erase(found);
    }
  }
}

/// `operand_of` names the operands in whose memory sums over the ranks are computed.
std::vector<Life> lives_of(const PlannedFunction& c, const std::map<Value, Value>& operand_of) {
  std::map<Value, Life> lives;
  std::map<Value, std::size_t> computed;
  const auto& groups = c.plan.groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (Value v : groups[i].outputs) {
      const auto operand = operand_of.find(v);
      computed[v] = operand == operand_of.end() ? i : computed.at(operand->second);
      lives[v] = {{v}, computed[v], i, aligned(stored_bytes(c, v))};
    }
    for (Value v : groups[i].inputs)
      if (const auto found = lives.find(v); found != lives.end()) found->second.to = i;
  }
  for (const auto& r : c.function.results)
    if (const auto found = lives.find(stored_as(c.function, r.value)); found != lives.end())
      found->second.to = groups.size();
  for (const auto& [sum, operand] : operand_of) lives.erase(operand);
  std::erase_if(lives, [&](const auto& life) { return c.plan.buffers.contains(life.first); });
  join_messages(groups, lives);
  std::vector<Life> result;
  for (const auto& [value, life] : lives) result.push_back(life);
  return result;
}

/// Places the largest first, each at the lowest offset that no value alive at the same time covers. Returns
/// the size of the arena.
std::int64_t pack(std::vector<Life>& lives) {
  std::ranges::stable_sort(lives, std::greater{}, &Life::bytes);
  std::int64_t total = 0;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    std::vector<const Life*> neighbours;
    for (std::size_t k = 0; k < i; ++k)
      if (lives[k].from <= lives[i].to && lives[i].from <= lives[k].to) neighbours.push_back(&lives[k]);
    std::ranges::sort(neighbours, {}, &Life::offset);
    std::int64_t offset = 0;
    for (const Life* n : neighbours) {
      if (offset + lives[i].bytes <= n->offset) break;
      offset = std::max(offset, n->offset + n->bytes);
    }
    lives[i].offset = offset;
    total = std::max(total, offset + lives[i].bytes);
  }
  return total;
}

bool reads(const Function& f, const Group& group, const std::string& variable) {
  return std::ranges::any_of(group.inputs, [&](Value v) {
    return f.node(v).op == Op::variable && f.node(v).attributes.name == variable;
  });
}

/// Whether the group that computes `v`, or the operand whose memory it takes, may write it into the
/// variable's memory: no later group reads the variable, and the group itself reads it element by element or
/// not at all.
bool writes_in_place(const PlannedFunction& c, Value v, const std::string& variable) {
  bool behind = false;
  for (const auto& group : c.plan.groups) {
    const bool computes = std::ranges::find(group.outputs, v) != group.outputs.end();
    if (behind && reads(c.function, group, variable)) return false;
    if (computes && reads(c.function, group, variable) && !group.flat) return false;
    behind = behind || computes;
  }
  return behind;
}

/// Throws std::logic_error if a result is a variable's former value and another result changes that variable.
/// Results are read after all steps, when the former value is gone.
void check_former_values(const Function& f) {
  for (const auto& r : f.results) {
    const Value v = stored_as(f, r.value);
    const Result* next = f.node(v).op == Op::variable ? f.result(f.node(v).attributes.name) : nullptr;
    if (next && stored_as(f, next->value) != v)
      throw std::logic_error("place-buffers: result " + r.name + " of " + f.name + " is variable " +
                             next->name + ", which " + f.name + " moves");
  }
}

}  // namespace

std::map<Value, Value> summed_in_place(const PlannedFunction& c) {
  const Function& f = c.function;
  std::map<Value, int> reads;
  for (const auto& n : f.nodes)
    if (n.op != Op::view)
      for (Value v : n.operands) ++reads[stored_as(f, v)];
  for (const auto& r : f.results) ++reads[stored_as(f, r.value)];
  std::map<Value, Value> operand_of;
  for (const auto& message : c.plan.messages)
    for (std::size_t i = 0; i < message.outputs.size(); ++i)
      if (!is_memory(f.node(message.inputs[i])) && reads[message.inputs[i]] == 1)
        operand_of[message.outputs[i]] = message.inputs[i];
  return operand_of;
}

void place_buffers(PlannedFunction& c, const PassContext& context) {
  const Function& f = c.function;
  check_former_values(f);
  auto& buffers = c.plan.buffers;
  const auto operand_of = summed_in_place(c);
  const auto first_of = [&](Value v) {
    const auto operand = operand_of.find(v);
    return operand == operand_of.end() ? v : operand->second;
  };
  std::int64_t inputs = 0;
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    const Node& n = f.nodes[i];
    if (n.op == Op::variable)
      buffers[{static_cast<int>(i)}] = {Space::variables, context.layout.offsets.at(n.attributes.name),
                                        n.type.dtype, n.type.shape};
    if (n.op == Op::input)
      buffers[{static_cast<int>(i)}] = {Space::input, inputs++, n.type.dtype, n.type.shape};
  }
  for (const auto& r : f.results) {
    if (!context.module.variable(r.name)) continue;
    const Value v = stored_as(f, r.value);
    if (buffers.contains(v))
      c.plan.copies.push_back({v, r.name, "the value lies elsewhere already"});
    else if (writes_in_place(c, first_of(v), r.name))
      buffers[v] = {Space::variables, context.layout.offsets.at(r.name), f.node(v).type.dtype,
                    f.node(v).type.shape};
    else
      c.plan.copies.push_back({v, r.name, "the variable is still read where the value is computed"});
  }
  auto lives = lives_of(c, operand_of);
  c.plan.arena_bytes = pack(lives);
  for (const auto& life : lives) {
    std::int64_t offset = life.offset;
    for (Value v : life.values) {
      buffers[v] = {Space::arena, offset, stored_dtype(c, v), f.node(v).type.shape};
      offset += aligned(stored_bytes(c, v));
    }
  }
  for (const auto& [sum, operand] : operand_of) {
    buffers[operand] = buffers.at(sum);
    buffers[operand].extents = f.node(operand).type.shape;
  }
}

VariableLayout lay_out_variables(const Module& module) {
  std::vector<std::string> weights;
  for (const auto& v : module.variables)
    if (v.role == Role::weight) weights.push_back(v.name);
  // The weights are a series, and so are their gradients, their averages and each state of an optimizer. A
  // variable that belongs to no weight is alone.
  using Series = std::pair<Role, std::string>;
  std::vector<Series> order = {{Role::weight, ""}};
  std::map<Series, std::map<std::string, const Variable*>> members;  // by weight; "" for a lone one
  for (const auto& v : module.variables) {
    const std::string weight = v.role == Role::weight ? v.name : v.of;
    const bool alone = std::ranges::find(weights, weight) == weights.end();
    const Series series = {v.role, alone ? v.name : v.series};
    if (std::ranges::find(order, series) == order.end()) order.push_back(series);
    members[series][alone ? "" : weight] = &v;
  }
  VariableLayout layout;
  const auto place = [&](const Variable& v) {
    layout.order.push_back(v.name);
    layout.offsets[v.name] = layout.bytes;
    layout.bytes += aligned(v.type.bytes());
  };
  for (const auto& series : order) {
    const auto& of = members[series];
    for (const auto& w : weights)
      if (const auto found = of.find(w); found != of.end()) place(*found->second);
    if (const auto found = of.find(""); found != of.end()) place(*found->second);
  }
  return layout;
}

}  // namespace sganc
