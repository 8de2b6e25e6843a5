#include "compiler/codegen/expression.h"

#include <algorithm>
#include <stdexcept>

#include "compiler/codegen/kernel.h"

namespace sganc {

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Var;

namespace {

/// The number of partial sums of a long row: the lanes of the widest vector.
constexpr std::int64_t kLanes = 16;

Expr extent(std::int64_t n) {
  return Expr(static_cast<std::int32_t>(n));
}

/// Coordinates within a part that begins at `low`, as coordinates within the whole.
Coordinates in_whole(Coordinates at, const Shape& low) {
  for (std::size_t i = 0; i < low.size() && low.size() == at.size(); ++i)
    if (low[i] != 0) at[i] = at[i] + extent(low[i]);
  return at;
}

/// A key that is equal for nodes that read their operands, of shape `from`, at the same coordinates.
std::string key_of(const Node& node, const Shape& from) {
  std::string key(info(node.op).name);
  for (int axis : node.attributes.axes) key += " " + std::to_string(axis);
  return key + to_string(from) + to_string(node.attributes.low) + to_string(node.type.shape);
}

/// The coordinates within `to` of the element that has coordinates `at` within `from`. Both are row-major
/// over the same elements. Runs of axes with equal products are matched, so that divisions appear only if
/// axes are split.
Coordinates reshaped(const Coordinates& at, const Shape& from, const Shape& to) {
  Coordinates result;
  std::size_t i = 0, k = 0;
  while (k < to.size()) {
    Shape left, right;
    Coordinates part;
    std::int64_t products[2] = {1, 1};
    const auto take_from = [&] {
      products[0] *= from[i], left.push_back(from[i]), part.push_back(at[i]), ++i;
    };
    const auto take_to = [&] { products[1] *= to[k], right.push_back(to[k]), ++k; };
    take_to();
    while (products[0] != products[1]) products[0] < products[1] ? take_from() : take_to();
    if (left.empty()) {
      result.emplace_back(0);  // an axis of extent one
    } else if (left.size() == 1 && right.size() == 1) {
      result.push_back(part[0]);
    } else {
      const auto split = coordinates_of(linear_index(part, left), right);
      result.insert(result.end(), split.begin(), split.end());
    }
  }
  return result;
}

bool mentions(const Expr& e, const RDom& r) {
  for (int i = 0; i < r.dimensions(); ++i)
    if (Halide::Internal::expr_uses_var(e, r[i].name())) return true;
  return false;
}

/// The parts into which a reduction is divided for threads and lanes. The results of the parts are then
/// reduced themselves.
enum class Parts : std::uint8_t {
  none,
  images,  // sums of channels: each image is a part
  lanes,   // long rows: each lane of a vector is a part; elements that fill no vector are reduced first
};

bool reduces(const Node& node, std::size_t axis) {
  return std::ranges::find(node.attributes.axes, static_cast<int>(axis)) != node.attributes.axes.end();
}

bool reduces_last(const Node& node, const Shape& whole) {
  return reduces(node, whole.size() - 1);
}

Parts parts_of(const Node& node, const Shape& whole) {
  if (reduces_last(node, whole)) return whole.back() >= 4 * kLanes ? Parts::lanes : Parts::none;
  return node.type.shape.size() == 1 && whole.size() > 2 && whole[0] > 1 ? Parts::images : Parts::none;
}

RDom domain_of(const std::vector<Halide::Internal::ReductionVariable>& ranges) {
  return RDom{Halide::Internal::ReductionDomain(ranges)};
}

/// The axes that are kept (x0 is the innermost, or the lane if lanes are parts), the axes that are reduced
/// (r0 is the innermost), and the coordinates at which the operand is read.
struct ReductionLoops {
  std::vector<Var> kept;
  RDom r;
  Coordinates inner;
};

ReductionLoops loops_of(const Node& node, const Shape& whole, Parts parts) {
  ReductionLoops loops{.inner = Coordinates(whole.size())};
  const std::size_t last = whole.size() - 1;
  const bool lanes = parts == Parts::lanes;
  if (lanes) loops.kept.emplace_back("x0");
  std::vector<Halide::Internal::ReductionVariable> ranges;
  for (std::size_t i = whole.size(); i-- > 0;)
    if (reduces(node, i) && !(parts == Parts::images && i == 0))
      ranges.push_back({"r" + std::to_string(ranges.size()), 0,
                        extent(lanes && i == last ? whole[i] / kLanes : whole[i])});
    else
      loops.inner[i] = loops.kept.emplace_back("x" + std::to_string(loops.kept.size()));
  loops.r = domain_of(ranges);
  for (std::size_t i = whole.size(), k = 0; i-- > 0;)
    if (!loops.inner[i].defined()) loops.inner[i] = loops.r[static_cast<int>(k++)];
  if (lanes) loops.inner[last] = loops.inner[last] * extent(kLanes) + loops.kept[0];
  return loops;
}

}  // namespace

Expr linear_index(const Coordinates& at, const Shape& shape) {
  Expr index = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) index = i == 0 ? at[0] : index * extent(shape[i]) + at[i];
  return index;
}

Coordinates coordinates_of(Expr index, const Shape& shape) {
  Coordinates at(shape.size());
  for (std::size_t i = shape.size(); i-- > 0;) {
    at[i] = i == 0 ? index : index % extent(shape[i]);
    index = index / extent(shape[i]);
  }
  return at;
}

Expressions::Domain& Expressions::derived(Domain& domain, const std::string& key,
                                          const std::function<Coordinates()>& coordinates) {
  auto& inner = domain.inner_[key];
  if (!inner) inner = std::make_unique<Domain>(coordinates());
  return *inner;
}

Expr Expressions::at(Value v, Domain& domain) {
  if (const auto found = domain.known.find(v); found != domain.known.end()) return found->second;
  const Node& node = function_.node(v);
  Expr e;
  if (node.op == Op::variable || node.op == Op::input || stored_.contains(v))
    e = load_(v, domain.at);
  else
    e = compute(node, v, domain);
  domain.known[v] = e;
  return e;
}

Expr Expressions::compute(const Node& node, Value v, Domain& domain) {
  switch (info(node.op).kind) {
    case OpClass::pointwise: {
      std::vector<Expr> operands;
      for (Value o : node.operands) operands.push_back(at(o, domain));
      return pointwise(node, operands);
    }
    case OpClass::leaf: {
      if (node.op == Op::constant && node.type.dtype == DType::i32)
        return Expr(static_cast<std::int32_t>(node.attributes.value));
      if (node.op == Op::constant) return Expr(static_cast<float>(node.attributes.value));
      const Coordinates whole = in_whole(domain.at, node.attributes.low);
      if (node.op == Op::iota)
        return Halide::cast<float>(whole[static_cast<std::size_t>(node.attributes.axes[0])]);
      std::vector<Expr> key;
      for (int i = 0; i < 4; ++i) key.push_back(load_(node.operands[0], {Expr(i)}));
      // the coordinates of a flat kernel are {block, lane}, and its part begins at one index
      const bool flat = domain.at.size() != node.type.shape.size();
      const Shape& low = node.attributes.low;
      const Shape& shape = low.empty() ? node.type.shape : node.attributes.shape;
      Expr index = flat ? linear_index(domain.at, {kUnknownExtent, kFlatBlock}) : linear_index(whole, shape);
      if (flat && !low.empty()) index += extent(low[0]);
      return drawn_uniform(key, node.attributes.stream, index);
    }
    case OpClass::structure:
      return structure(node, v, domain);
    default:
      throw std::logic_error("a product cannot be an expression");
  }
}

Expr Expressions::structure(const Node& node, Value v, Domain& domain) {
  const Shape& from = function_.node(node.operands[0]).type.shape;
  const auto& axes = node.attributes.axes;
  const auto here = [&](const auto& coordinates) {
    return at(node.operands[0], derived(domain, key_of(node, from), coordinates));
  };
  switch (node.op) {
    case Op::view:
      return here([&] { return reshaped(domain.at, node.type.shape, from); });
    case Op::broadcast:
      return here([&] {
        Coordinates inner;
        for (int axis : axes) inner.push_back(domain.at[static_cast<std::size_t>(axis)]);
        return inner;
      });
    case Op::transpose:
      return here([&] {
        Coordinates inner(axes.size());
        for (std::size_t i = 0; i < axes.size(); ++i) inner[static_cast<std::size_t>(axes[i])] = domain.at[i];
        return inner;
      });
    case Op::slice:
      return here([&] {
        Coordinates inner;
        for (std::size_t i = 0; i < from.size(); ++i)
          inner.push_back(domain.at[i] + extent(node.attributes.low[i]));
        return inner;
      });
    case Op::pad: {
      Expr inside = Halide::Internal::const_true();
      const Expr value = here([&] {
        Coordinates inner;
        for (std::size_t i = 0; i < from.size(); ++i)
          inner.push_back(clamp(domain.at[i] - extent(node.attributes.low[i]), 0, extent(from[i] - 1)));
        return inner;
      });
      for (std::size_t i = 0; i < from.size(); ++i) {
        const Expr x = domain.at[i] - extent(node.attributes.low[i]);
        inside = inside && x >= 0 && x < extent(from[i]);
      }
      return Halide::select(inside, value, 0.0f);
    }
    case Op::gather: {
      if (!axes.empty()) return at(node.operands[0], row_domain(node, domain));
      Coordinates inner = domain.at;
      inner[0] = at(node.operands[1], derived(domain, "index", [&] { return Coordinates{domain.at[0]}; }));
      return load_(node.operands[0], inner);
    }
    case Op::scatter_add: {
      std::vector<Expr> arguments(domain.at.rbegin(), domain.at.rend());
      return scattered(node, v)(arguments);
    }
    default: {  // a reduction: its Func at these coordinates, innermost first
      std::vector<Expr> arguments(domain.at.rbegin(), domain.at.rend());
      return reduction(node, v)(arguments);
    }
  }
}

/// The coordinates at which a gather with shared axes reads its table: the shared coordinates, the row that
/// the index names, and the coordinates within a row.
Expressions::Domain& Expressions::row_domain(const Node& node, Domain& domain) {
  const Value index = node.operands[1];
  const Shape& table = function_.node(node.operands[0]).type.shape;
  const std::size_t shared = node.attributes.axes.size(), rank = function_.node(index).type.shape.size();
  return derived(domain, "rows " + std::to_string(index.id) + to_string(table), [&] {
    const auto end = [](std::size_t i) { return static_cast<std::ptrdiff_t>(i); };
    const Coordinates at_index(domain.at.begin(), domain.at.begin() + end(rank));
    Coordinates inner(domain.at.begin(), domain.at.begin() + end(shared));
    const Expr row = at(index, derived(domain, "index " + std::to_string(rank), [&] { return at_index; }));
    inner.push_back(clamp(row, 0, extent(table[shared] - 1)));
    inner.insert(inner.end(), domain.at.begin() + end(rank), domain.at.end());
    return inner;
  });
}

/// The Func of the table. It adds the rows one after the other, each at the row that its index names.
Func Expressions::scattered(const Node& node, Value v) {
  if (const auto found = reduced_.find(v); found != reduced_.end()) return found->second;
  const Shape& rows = function_.node(node.operands[0]).type.shape;
  const Shape &table = node.type.shape, &index = function_.node(node.operands[1]).type.shape;
  const std::size_t shared = node.attributes.axes.size();
  std::vector<Halide::Internal::ReductionVariable> ranges;
  for (std::size_t i = index.size(); i-- > shared;)
    ranges.push_back({"r" + std::to_string(ranges.size()), 0, extent(index[i])});
  const RDom r{Halide::Internal::ReductionDomain(ranges)};
  std::vector<Var> vars;  // of the table, innermost first
  for (std::size_t i = 0; i < table.size(); ++i) vars.emplace_back("x" + std::to_string(i));

  Coordinates at_rows, into(vars.rbegin(), vars.rend());
  for (std::size_t i = 0; i < shared; ++i) at_rows.push_back(into[i]);
  for (std::size_t i = shared; i < index.size(); ++i)
    at_rows.push_back(r[static_cast<int>(index.size() - 1 - i)]);
  Domain at_index(at_rows);
  for (std::size_t i = shared + 1; i < table.size(); ++i) at_rows.push_back(into[i]);
  Domain at_row(at_rows);
  into[shared] = clamp(at(node.operands[1], at_index), 0, extent(table[shared] - 1));
  const Expr row = at(node.operands[0], at_row);

  const std::string name = "scatter_" + std::to_string(++reduction_count_);
  Func f(name);
  f(vars) = 0.0f;
  f(std::vector<Expr>(into.rbegin(), into.rend())) += row;
  reduced_[v] = f;
  reductions_.push_back({name, f});
  reduced_loops_.push_back({name, rows, table, false, static_cast<int>(shared)});
  return f;
}

/// A Func of `kept` that adds up `each`, or takes the largest, starting from `first`.
Func Expressions::reduced(Op op, Reduction loops, const std::vector<Var>& kept, const Expr& each,
                          const Expr& first) {
  Func f(loops.name);
  f(kept) = first;
  f(kept) = op == Op::reduce_sum ? f(kept) + each : max(f(kept), each);
  reductions_.push_back({loops.name, f});
  reduced_loops_.push_back(std::move(loops));
  return f;
}

Expr Expressions::reduced_element(const Node& node, const RDom& r, const Coordinates& coordinates) {
  Domain domain(coordinates);
  const Expr element = at(node.operands[0], domain);
  // Halide loops over a domain only if the element mentions it
  if (r.dimensions() == 0 || mentions(element, r)) return element;
  return Halide::select(r[0] >= 0, element, 0.0f);
}

Func Expressions::reduction(const Node& node, Value v) {
  if (const auto found = reduced_.find(v); found != reduced_.end()) return found->second;
  const Shape &whole = function_.node(node.operands[0]).type.shape, &left = node.type.shape;
  const Parts parts = parts_of(node, whole);
  const ReductionLoops loops = loops_of(node, whole, parts);
  const std::string name = (node.op == Op::reduce_sum ? "sum_" : "max_") + std::to_string(++reduction_count_);
  const Expr nothing = node.op == Op::reduce_sum ? Expr(0.0f) : Halide::Float(32).min();
  const Expr element = reduced_element(node, loops.r, loops.inner);
  if (parts == Parts::none)
    return reduced_[v] = reduced(node.op, {name, whole, left, !reduces_last(node, whole)}, loops.kept,
                                 element, nothing);

  std::vector<Var> vars;
  for (std::size_t i = 0; i < left.size(); ++i) vars.emplace_back("x" + std::to_string(i));
  std::vector<Expr> from(vars.begin(), vars.end());
  const bool lanes = parts == Parts::lanes;
  Shape read = whole, kept = left;
  Expr first = nothing;
  if (lanes) {
    if (Shape rest = whole; (rest.back() %= kLanes) > 0) {
      ReductionLoops last = loops_of(node, rest, Parts::none);
      last.inner.back() += extent(whole.back() - rest.back());
      first = reduced(node.op, {name + "_of_rest", rest, left}, last.kept,
                      reduced_element(node, last.r, last.inner), nothing)(vars);
    }
    read.back() /= kLanes;
    read.push_back(kLanes);
    kept.push_back(kLanes);
  } else {
    kept.insert(kept.begin(), whole[0]);
  }
  const Func part = reduced(node.op, {name + (lanes ? "_of_lane" : "_of_image"), read, kept, true},
                            loops.kept, element, nothing);
  const RDom all = domain_of({{"r0", 0, extent(lanes ? kLanes : whole[0])}});
  from.insert(lanes ? from.begin() : from.end(), Expr(all));
  return reduced_[v] = reduced(node.op, {name, kept, left, !lanes}, vars, part(from), first);
}

}  // namespace sganc
