#include "compiler/gradient/gradient.h"

#include <stdexcept>

#include "compiler/primitives/table.h"

namespace sganc {
namespace {

/// Returns for each value whether a gradient must flow through it: true for the given values, and for all
/// values that depend on them through a gradient rule.
std::vector<bool> paths_to(const Function& f, const std::vector<Value>& with_respect_to) {
  std::vector<bool> on_path(f.nodes.size());
  for (Value t : with_respect_to)
    if (t.id >= 0) on_path[static_cast<std::size_t>(t.id)] = true;
  for (std::size_t i = 0; i < f.nodes.size(); ++i) {
    const auto& rules = primitive(f.nodes[i].op).gradient;
    for (std::size_t k = 0; k < f.nodes[i].operands.size(); ++k)
      if (rules[k] && on_path[static_cast<std::size_t>(f.nodes[i].operands[k].id)]) on_path[i] = true;
  }
  return on_path;
}

}  // namespace

std::vector<Value> gradient(Builder& b, Value loss, const std::vector<Value>& with_respect_to) {
  if (!b.shape(loss).empty()) throw std::logic_error("gradient: the loss must be a scalar");
  const auto on_path = paths_to(b.function(), with_respect_to);
  std::vector<Value> adjoint(on_path.size());
  if (on_path[static_cast<std::size_t>(loss.id)])
    adjoint[static_cast<std::size_t>(loss.id)] = b.like(loss, 1.0);

  for (int i = loss.id; i >= 0; --i) {
    const Value n{i}, dy = adjoint[static_cast<std::size_t>(i)];
    if (dy.id < 0) continue;
    Origin origin = b.function().node(n).origin;
    origin.gradient = true;
    b.set_origin(std::move(origin));
    const auto& rules = primitive(b.function().node(n).op).gradient;
    for (std::size_t k = 0; k < b.function().node(n).operands.size(); ++k) {
      const auto operand = static_cast<std::size_t>(b.function().node(n).operands[k].id);
      if (!rules[k] || !on_path[operand]) continue;
      const Value part = rules[k](b, n, dy);
      adjoint[operand] = adjoint[operand].id < 0 ? part : b.add(adjoint[operand], part);
    }
  }
  std::vector<Value> result;
  for (Value t : with_respect_to)
    result.push_back(t.id < 0 ? Value{} : adjoint[static_cast<std::size_t>(t.id)]);
  return result;
}

}  // namespace sganc
