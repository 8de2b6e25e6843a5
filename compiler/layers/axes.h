#pragma once
// The names of the axes of values in expressions. Draws, outputs of nets and lists have known names; all
// other values get theirs from the operands of their nodes.

#include <map>
#include <string>
#include <vector>

#include "compiler/graph/module.h"

namespace sganc {

/// One name for each axis, outermost first: words of axis_words(), each at most once, or "" for an axis
/// without a name.
using Axes = std::vector<std::string>;

/// The names for a batch with this rank: batch; batch, features; batch, height, width, channels. For other
/// ranks the axes after the batch have no names.
Axes axes_of_batch(std::size_t rank);

class AxisNames {
 public:
  explicit AxisNames(const Function& function) : function_(function) {}

  void name(Value v, Axes axes) { known_[v] = std::move(axes); }
  /// The names given by `name`, else those that follow from the node's operands.
  const Axes& of(Value v);

 private:
  Axes derived(const Node& node);

  const Function& function_;
  std::map<Value, Axes> known_;
};

/// `batch and features`, `no axes`
std::string describe(const Axes& axes);

}  // namespace sganc
