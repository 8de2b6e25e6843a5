#include "compiler/layers/axes.h"

#include <algorithm>

namespace sganc {
namespace {

bool has_names(const Axes& axes) {
  return std::ranges::any_of(axes, [](const std::string& name) { return !name.empty(); });
}

}  // namespace

Axes axes_of_batch(std::size_t rank) {
  if (rank == 2) return {"batch", "features"};
  if (rank == 4) return {"batch", "height", "width", "channels"};
  Axes axes(rank);
  if (rank > 0) axes[0] = "batch";
  return axes;
}

const Axes& AxisNames::of(Value v) {
  if (const auto found = known_.find(v); found != known_.end()) return found->second;
  return known_[v] = derived(function_.node(v));
}

Axes AxisNames::derived(const Node& node) {
  const std::size_t rank = node.type.shape.size();
  const auto& along = node.attributes.axes;
  if (is_pointwise(node.op)) {
    for (Value o : node.operands)
      if (const Axes& axes = of(o); has_names(axes)) return axes;
    return Axes(rank);
  }
  Axes axes(rank);
  switch (node.op) {
    case Op::reduce_sum:
    case Op::reduce_max: {
      const Axes& whole = of(node.operands[0]);
      axes.clear();
      for (std::size_t i = 0; i < whole.size(); ++i)
        if (std::ranges::find(along, static_cast<int>(i)) == along.end()) axes.push_back(whole[i]);
      return axes;
    }
    case Op::broadcast: {
      const Axes& part = of(node.operands[0]);
      for (std::size_t i = 0; i < part.size(); ++i) axes[static_cast<std::size_t>(along[i])] = part[i];
      return axes;
    }
    case Op::transpose: {
      const Axes& before = of(node.operands[0]);
      for (std::size_t i = 0; i < rank; ++i) axes[i] = before[static_cast<std::size_t>(along[i])];
      return axes;
    }
    case Op::pad:
    case Op::slice:
      return of(node.operands[0]);
    default:
      return axes;
  }
}

std::string describe(const Axes& axes) {
  if (axes.empty()) return "no axes";
  std::string text;
  for (std::size_t i = 0; i < axes.size(); ++i)
    text += (i == 0                 ? ""
             : i + 1 == axes.size() ? " and "
                                    : ", ") +
            (axes[i].empty() ? std::string("one without a name") : axes[i]);
  return text;
}

}  // namespace sganc
