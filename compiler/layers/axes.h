#pragma once
// The names of the axes of values in expressions. Names begin with what is drawn, what nets give and lists;
// from there they follow the graph.

#include <map>
#include <string>
#include <vector>

#include "compiler/graph/module.h"

namespace sganc {

/// One name for each axis, outermost first: words of axis_words(), each at most once; "" for an axis without
/// one.
using Axes = std::vector<std::string>;

/// What a value of this rank is named that a net makes of a batch: batch; batch, features; batch, height,
/// width, channels. Of other ranks the axes behind the batch have no names.
Axes axes_of_batch(std::size_t rank);

class AxisNames {
 public:
  explicit AxisNames(const Function& function) : function_(function) {}

  void name(Value v, Axes axes) { known_[v] = std::move(axes); }
  /// As named, else as its node's operands are.
  const Axes& of(Value v);

 private:
  Axes derived(const Node& node);

  const Function& function_;
  std::map<Value, Axes> known_;
};

/// `batch and features`, `no axes`
std::string describe(const Axes& axes);

}  // namespace sganc
