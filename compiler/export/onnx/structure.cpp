// Primitives in ONNX that move, repeat or reduce elements. A transposition is no node: it changes the order
// in which a value is held.

#include "compiler/export/onnx/rows.h"

namespace sganc {
namespace {

using Values = OnnxValues;
using Numbers = std::vector<std::int64_t>;

bool repeats(const Values& c, Value v, int axis) {
  return c.held(v).repeated[static_cast<std::size_t>(axis)];
}

/// Adds axes of extent 1, along which ONNX repeats by itself.
Held broadcast(Values& c, Value n) {
  const Value x = operand(c, n, 0);
  const std::vector<int>& axes = attributes(c, n).axes;
  Numbers added;
  std::vector<bool> repeated(c.rank(n), true);
  for (std::size_t i = 0; i < axes.size(); ++i)
    repeated[static_cast<std::size_t>(axes[i])] = c.held(x).repeated[i];
  for (int axis = 0; axis < static_cast<int>(c.rank(n)); ++axis)
    if (std::ranges::find(axes, axis) == axes.end()) added.push_back(axis);
  if (added.empty()) return c.held(x);
  return {.name = c.graph.add("Unsqueeze", {c.name_of(x, plain_order(c.rank(x))), c.graph.integers(added)}),
          .order = plain_order(c.rank(n)),
          .repeated = repeated};
}

/// The axes of the operand in the order of the result.
Held transpose(Values& c, Value n) {
  const std::vector<int>& axes = attributes(c, n).axes;
  Held held = c.held(operand(c, n, 0));
  const std::vector<bool> repeated = held.repeated;
  for (int& axis : held.order) axis = static_cast<int>(place(axes, axis));
  for (std::size_t i = 0; i < axes.size(); ++i)
    held.repeated[i] = repeated[static_cast<std::size_t>(axes[i])];
  return held;
}

/// The operand of a node with axes: as it is held, or with all its extents in the plain order if it repeats
/// along one of the axes.
Held along(Values& c, Value x, const std::vector<int>& axes) {
  Held h = c.held(x);
  const bool repeated = std::ranges::any_of(axes, [&](int axis) { return repeats(c, x, axis); });
  if (h.known || repeated)
    return {.name = c.whole(x), .order = plain_order(c.rank(x)), .repeated = std::vector<bool>(c.rank(x))};
  h.name = c.name_of(x, h.order);
  h.flags = false;
  return h;
}

/// The order of what is left of a value without some axes.
Order order_without(const std::vector<int>& axes, const Order& before) {
  Order after;
  for (const int axis : before) {
    if (std::ranges::find(axes, axis) != axes.end()) continue;
    after.push_back(axis - static_cast<int>(std::ranges::count_if(axes, [&](int a) { return a < axis; })));
  }
  return after;
}

std::vector<bool> repeated_without(const std::vector<int>& axes, const std::vector<bool>& before) {
  std::vector<bool> after;
  for (std::size_t axis = 0; axis < before.size(); ++axis)
    if (std::ranges::find(axes, static_cast<int>(axis)) == axes.end()) after.push_back(before[axis]);
  return after;
}

/// `as_input` says whether the operator takes its axes as an input or as an attribute.
Held reduction(Values& c, Value n, const std::string& op, bool as_input) {
  const std::vector<int>& axes = attributes(c, n).axes;
  const Value x = operand(c, n, 0);
  if (axes.empty()) return c.held(x);
  const Held given = along(c, x, axes);
  Numbers places;
  for (const int axis : axes) places.push_back(place(given.order, axis));
  std::ranges::sort(places);
  std::vector<std::string> inputs = {given.name};
  std::vector<OnnxAttribute> settings = {{"keepdims", std::int64_t{0}}};
  if (as_input)
    inputs.push_back(c.graph.integers(places));
  else
    settings.push_back({"axes", places});
  return {.name = c.graph.add(op, inputs, settings),
          .order = order_without(axes, given.order),
          .repeated = repeated_without(axes, given.repeated)};
}
Held reduce_sum(Values& c, Value n) {
  return reduction(c, n, "ReduceSum", /*as_input=*/true);
}
Held reduce_max(Values& c, Value n) {
  return reduction(c, n, "ReduceMax", /*as_input=*/false);
}

/// The target of ONNX's Reshape, where 0 stands for the extent of the operand's axis, and -1 for what is
/// left.
std::string reshape_target(Values& c, Value n) {
  const Extents from = c.extents(operand(c, n, 0)), to = c.extents(n);
  if (std::ranges::count_if(to, &Extent::of_batch) > 1) return c.shape_of(to);
  Numbers target;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const bool same = i < from.size() && from[i] == to[i];
    target.push_back(!to[i].of_batch() ? to[i].number : same ? 0 : -1);
  }
  return c.graph.integers(target);
}

Held view(Values& c, Value n) {
  const std::string x = c.whole(operand(c, n, 0));
  return {.name = c.graph.add("Reshape", {x, reshape_target(c, n)}), .order = plain_order(c.rank(n))};
}

Held pad(Values& c, Value n) {
  const Shape &low = attributes(c, n).low, &high = attributes(c, n).high;
  const Value x = operand(c, n, 0);
  std::vector<int> padded;
  for (std::size_t i = 0; i < low.size(); ++i)
    if (low[i] + high[i] > 0) padded.push_back(static_cast<int>(i));
  if (padded.empty()) return c.held(x);
  for (const int axis : padded)
    if (c.extents(x)[static_cast<std::size_t>(axis)].of_batch())
      refuse(c.node(n), "it adds examples to a batch");
  const Held given = along(c, x, padded);
  Numbers pads;
  for (const int axis : given.order) pads.push_back(low[static_cast<std::size_t>(axis)]);
  for (const int axis : given.order) pads.push_back(high[static_cast<std::size_t>(axis)]);
  return {.name = c.graph.add("Pad", {given.name, c.graph.integers(pads)}),
          .order = given.order,
          .repeated = given.repeated};
}

Held slice(Values& c, Value n) {
  const Value x = operand(c, n, 0);
  const Extents before = c.extents(x), after = c.extents(n);
  std::vector<int> cut;
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i] != after[i]) cut.push_back(static_cast<int>(i));
  if (cut.empty()) return c.held(x);
  const Held given = along(c, x, cut);
  Numbers starts, ends, axes;
  for (const int axis : cut) {
    const auto i = static_cast<std::size_t>(axis);
    if (before[i].of_batch()) refuse(c.node(n), "it selects examples of a batch");
    starts.push_back(attributes(c, n).low[i]);
    ends.push_back(attributes(c, n).low[i] + after[i].number);
    axes.push_back(place(given.order, axis));
  }
  return {.name = c.graph.add("Slice", {given.name, c.graph.integers(starts), c.graph.integers(ends),
                                        c.graph.integers(axes)}),
          .order = given.order,
          .repeated = given.repeated};
}

/// The indices, moved into the table: one outside means the nearest row.
std::string rows_of(Values& c, Value index, const Extent& rows) {
  return c.graph.add("Clip", {c.whole(index), whole_number(c, 0), whole_number(c, rows.number - 1)});
}

Held gather(Values& c, Value n) {
  const Value table = operand(c, n, 0), index = operand(c, n, 1);
  const std::size_t shared = attributes(c, n).axes.size();
  const Extent rows = c.extents(table)[shared];
  if (rows.of_batch()) refuse(c.node(n), "it selects examples of a batch");
  const std::string at = rows_of(c, index, rows);
  Held held{.order = plain_order(c.rank(n))};
  if (shared == 0) {
    held.name = c.graph.add("Gather", {c.whole(table), at}, {{"axis", std::int64_t{0}}});
    return held;
  }
  const std::string places =
      c.graph.add("Unsqueeze", {converted(c, at, onnx::TensorProto::INT64), c.graph.integers({-1})});
  held.name =
      c.graph.add("GatherND", {c.whole(table), places}, {{"batch_dims", static_cast<std::int64_t>(shared)}});
  return held;
}

Held scatter_add(Values& c, Value n) {
  refuse(c.node(n), "it adds rows to a table at computed places");
}

constexpr OnnxRow kRows[] = {
    {Op::broadcast, broadcast}, {Op::reduce_sum, reduce_sum}, {Op::reduce_max, reduce_max},
    {Op::view, view},           {Op::transpose, transpose},   {Op::pad, pad},
    {Op::slice, slice},         {Op::gather, gather},         {Op::scatter_add, scatter_add},
};

}  // namespace

extern const OnnxRows structure_rows{kRows};

}  // namespace sganc
