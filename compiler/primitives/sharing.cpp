#include "compiler/primitives/sharing.h"

#include <algorithm>
#include <numeric>

namespace sganc {
namespace {

using Operand = Sharable::Operand;

std::size_t at(int axis) {
  return static_cast<std::size_t>(axis);
}

/// The place of an axis in a list, or -1.
int place_of(int axis, const std::vector<int>& axes) {
  const auto found = std::ranges::find(axes, axis);
  return found == axes.end() ? -1 : static_cast<int>(found - axes.begin());
}

Sharing moved_to(const Sharing& sharing, int axis) {
  return shared_along(axis, sharing.rows);
}

/// The result of a primitive that is linear in an operand, with all other operands whole: a partial sum,
/// unless to sum the operand takes a smaller message than to sum the result.
bool passes_sum(const Sharable& n, std::size_t linear) {
  if (!n.in[linear].sharing.is_partial() || n.node.type.elements() > n.in[linear].type.elements())
    return false;
  for (std::size_t i = 0; i < n.in.size(); ++i)
    if (i != linear && !n.in[i].sharing.is_whole()) return false;
  return true;
}

/// One operand is a partial sum, and so is the result; the others are whole.
Shares pass_sum(const Sharable& n, std::size_t linear) {
  Shares shares{std::vector<Sharing>(n.in.size()), kPartial};
  shares.in[linear] = kPartial;
  return shares;
}

/// The rule of a primitive with one operand, whose axes the result may have elsewhere: `moved` is the place
/// of the shared axis in the result, or -1 if the ranks must not share it. A partial sum stays one.
Shares move(const Sharable& n, int moved) {
  const Sharing& x = n.in[0].sharing;
  if (passes_sum(n, 0)) return {{kPartial}, kPartial};
  if (!x.is_shared() || moved < 0) return compute_whole(n);
  return {{x}, moved_to(x, moved)};
}

}  // namespace

Shares compute_whole(const Sharable& n) {
  return {std::vector<Sharing>(n.in.size()), kWhole};
}

Shares share_elements(const Sharable& n) {
  for (const Operand& x : n.in)
    if (x.sharing.is_shared()) return {std::vector<Sharing>(n.in.size(), x.sharing), x.sharing};
  return compute_whole(n);
}

Shares share_sums(const Sharable& n) {
  const auto is_sum = [](const Operand& x) { return x.sharing.is_partial() || x.is_zero; };
  const bool partial = std::ranges::any_of(n.in, [](const Operand& x) { return x.sharing.is_partial(); });
  if (!partial || !std::ranges::all_of(n.in, is_sum)) return share_elements(n);
  return {std::vector<Sharing>(n.in.size(), kPartial), kPartial};
}

Shares share_products(const Sharable& n) {
  for (const std::size_t i : {0, 1})
    if (passes_sum(n, i)) return pass_sum(n, i);
  return share_elements(n);
}

Shares share_quotients(const Sharable& n) {
  return passes_sum(n, 0) ? pass_sum(n, 0) : share_elements(n);
}

Shares share_choices(const Sharable& n) {
  if (!n.in[0].sharing.is_whole()) return share_elements(n);
  const Sharable chosen{n.node, n.in.subspan(1)};
  const Shares shares = share_sums(chosen);
  if (!shares.result.is_partial()) return share_elements(n);
  return {{kWhole, kPartial, kPartial}, kPartial};
}

Shares share_broadcast(const Sharable& n) {
  return move(n, n.in[0].sharing.is_shared() ? n.node.attributes.axes[at(n.in[0].sharing.axis)] : -1);
}

Shares share_reduce_sum(const Sharable& n) {
  const Sharing& x = n.in[0].sharing;
  if (x.is_shared() && place_of(x.axis, n.node.attributes.axes) >= 0) return {{x}, kPartial};
  const Shares along_others = share_reduce_max(n);
  return along_others.result.is_shared() ? along_others : move(n, -1);
}

Shares share_reduce_max(const Sharable& n) {
  const Sharing& x = n.in[0].sharing;
  const auto& axes = n.node.attributes.axes;
  if (!x.is_shared() || place_of(x.axis, axes) >= 0) return compute_whole(n);
  const auto before = std::ranges::count_if(axes, [&](int axis) { return axis < x.axis; });
  return {{x}, moved_to(x, x.axis - static_cast<int>(before))};
}

/// The rows stay together if an axis of the result has as many elements before it, and begins with the rows.
Shares share_view(const Sharable& n) {
  const Sharing& x = n.in[0].sharing;
  if (!x.is_shared()) return move(n, -1);
  const auto elements_before = [](const Shape& shape, std::size_t axis) {
    return std::accumulate(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis), std::int64_t{1},
                           std::multiplies<>());
  };
  const std::int64_t before = elements_before(n.in[0].type.shape, at(x.axis));
  const Shape& to = n.node.type.shape;
  for (std::size_t axis = 0; axis < to.size(); ++axis)
    if (elements_before(to, axis) == before && to[axis] % x.rows == 0) return move(n, static_cast<int>(axis));
  return move(n, -1);
}

Shares share_transpose(const Sharable& n) {
  return move(n, n.in[0].sharing.is_shared() ? place_of(n.in[0].sharing.axis, n.node.attributes.axes) : -1);
}

Shares share_pad(const Sharable& n) {
  const Sharing& x = n.in[0].sharing;
  if (!x.is_shared()) return move(n, -1);
  const auto& a = n.node.attributes;
  return move(n, a.low[at(x.axis)] == 0 && a.high[at(x.axis)] == 0 ? x.axis : -1);
}

Shares share_slice(const Sharable& n) {
  const Sharing& x = n.in[0].sharing;
  if (!x.is_shared()) return move(n, -1);
  return move(n, n.node.type.shape[at(x.axis)] == n.in[0].type.shape[at(x.axis)] ? x.axis : -1);
}

/// With the axes {axes that table and index share, row, axes of a row} of the table.
Shares share_gather(const Sharable& n) {
  const Sharing &table = n.in[0].sharing, &index = n.in[1].sharing;
  const int common = static_cast<int>(n.node.attributes.axes.size());
  const int rank = static_cast<int>(n.in[1].type.shape.size());
  if (passes_sum(n, 0)) return pass_sum(n, 0);
  if (index.is_shared()) return {{index.axis < common ? index : kWhole, index}, index};
  if (!table.is_shared() || table.axis == common) return compute_whole(n);
  if (table.axis < common) return {{table, table}, table};
  return {{table, kWhole}, moved_to(table, table.axis - common - 1 + rank)};
}

Shares share_scatter_add(const Sharable& n) {
  const Sharing &rows = n.in[0].sharing, &index = n.in[1].sharing;
  const int common = static_cast<int>(n.node.attributes.axes.size());
  const int rank = static_cast<int>(n.in[1].type.shape.size());
  if (passes_sum(n, 0)) return pass_sum(n, 0);
  if (!rows.is_shared() && !index.is_shared()) return compute_whole(n);
  const Sharing& x = rows.is_shared() ? rows : index;
  if (x.axis < common) return {{x, x}, x};
  if (x.axis < rank) return {{x, x}, kPartial};
  return {{x, kWhole}, moved_to(x, x.axis - rank + common + 1)};
}

Shares share_matmul(const Sharable& n) {
  const Sharing &a = n.in[0].sharing, &b = n.in[1].sharing;
  const int inner_of_a = n.node.attributes.transpose_a ? 0 : 1,
            inner_of_b = n.node.attributes.transpose_b ? 1 : 0;
  for (const std::size_t i : {0, 1})
    if (passes_sum(n, i)) return pass_sum(n, i);
  if (a.is_shared() && a.axis != inner_of_a) return {{a, kWhole}, moved_to(a, 0)};
  if (b.is_shared() && b.axis != inner_of_b) return {{kWhole, b}, moved_to(b, 1)};
  if (!a.is_shared() && !b.is_shared()) return compute_whole(n);
  const std::int64_t rows = a.is_shared() ? a.rows : b.rows;
  return {{shared_along(inner_of_a, rows), shared_along(inner_of_b, rows)}, kPartial};
}

Shares share_convolution(const Sharable& n) {
  const Sharing& images = n.in[0].sharing;
  for (const std::size_t i : {0, 1})
    if (passes_sum(n, i)) return pass_sum(n, i);
  if (!images.is_shared() || images.axis != 0) return compute_whole(n);
  return {{images, kWhole}, images};
}

Shares share_weights_gradient(const Sharable& n) {
  for (const std::size_t i : {0, 1})
    if (passes_sum(n, i)) return pass_sum(n, i);
  for (const Operand& x : n.in)
    if (x.sharing.is_shared() && x.sharing.axis == 0) return {{x.sharing, x.sharing}, kPartial};
  return compute_whole(n);
}

}  // namespace sganc
