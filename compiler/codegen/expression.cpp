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

Expr extent(std::int64_t n) {
  return Expr(static_cast<std::int32_t>(n));
}

/// Equal for nodes that read their operands, of shape `from`, at the same coordinates.
std::string key_of(const Node& node, const Shape& from) {
  std::string key(info(node.op).name);
  for (int axis : node.attributes.axes) key += " " + std::to_string(axis);
  return key + to_string(from) + to_string(node.attributes.low) + to_string(node.type.shape);
}

/// Coordinates within `to` of the element that has coordinates `at` within `from`: both row-major over the
/// same elements. Runs of axes with equal products are matched, so that divisions appear only where axes are
/// split.
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
      if (node.op == Op::constant) return Expr(static_cast<float>(node.attributes.value));
      if (node.op == Op::iota)
        return Halide::cast<float>(domain.at[static_cast<std::size_t>(node.attributes.axes[0])]);
      std::vector<Expr> key;
      for (int i = 0; i < 4; ++i) key.push_back(load_(node.operands[0], {Expr(i)}));
      // the coordinates of a flat kernel are {block, lane}
      const bool flat = domain.at.size() != node.type.shape.size();
      const Shape shape = flat ? Shape{kUnknownExtent, kFlatBlock} : node.type.shape;
      return random_uniform(key, node.attributes.stream, linear_index(domain.at, shape));
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
      Coordinates inner = domain.at;
      inner[0] = at(node.operands[1], derived(domain, "index", [&] { return Coordinates{domain.at[0]}; }));
      return load_(node.operands[0], inner);
    }
    default: {  // a reduction: its Func at these coordinates, innermost first
      std::vector<Expr> arguments(domain.at.rbegin(), domain.at.rend());
      return reduction(node, v)(arguments);
    }
  }
}

Func Expressions::reduction(const Node& node, Value v) {
  if (const auto found = reduced_.find(v); found != reduced_.end()) return found->second;
  const Shape& whole = function_.node(node.operands[0]).type.shape;
  const bool sum = node.op == Op::reduce_sum;
  Coordinates inner(whole.size());
  std::vector<Var> kept;
  std::vector<Halide::Internal::ReductionVariable> ranges;
  for (std::size_t i = whole.size(); i-- > 0;) {
    const bool gone =
        std::ranges::find(node.attributes.axes, static_cast<int>(i)) != node.attributes.axes.end();
    if (gone)
      ranges.push_back({"r" + std::to_string(ranges.size()), 0, extent(whole[i])});
    else
      inner[i] = kept.emplace_back("x" + std::to_string(kept.size()));
  }
  RDom r{Halide::Internal::ReductionDomain(ranges)};
  for (std::size_t i = whole.size(), k = 0; i-- > 0;)
    if (!inner[i].defined()) inner[i] = r[static_cast<int>(k++)];

  const std::string name = (sum ? "sum_" : "max_") + std::to_string(++reduction_count_);
  Func f(name);
  Domain domain(inner);
  Expr element = at(node.operands[0], domain);
  // Halide runs over a domain only where the element mentions it
  if (!ranges.empty() && !mentions(element, r)) element = Halide::select(r[0] >= 0, element, 0.0f);
  f(kept) = sum ? Expr(0.0f) : Halide::Float(32).min();
  f(kept) = sum ? f(kept) + element : max(f(kept), element);
  reduced_[v] = f;
  reductions_.push_back({name, f});
  const int last = static_cast<int>(whole.size()) - 1;
  reduced_loops_.push_back({name, whole, node.type.shape,
                            std::ranges::find(node.attributes.axes, last) == node.attributes.axes.end()});
  return f;
}

}  // namespace sganc
