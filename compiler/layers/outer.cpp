// Outer products and their transposes, for statistics of pairs.

#include <numeric>

#include "compiler/layers/layer.h"

namespace sganc {
namespace {

using Arguments = std::vector<Value>;

/// The most elements of a result, so that products of products cannot grow without end.
constexpr std::int64_t kMostElements = 10'000'000;

/// {batch, k} and {batch, l} give {batch, k, l}; {k} and {l} give {k, l}. These are the axes left and right.
Value outer(FunctionContext& c, const Arguments& arguments) {
  Builder& b = c.b;
  const Shape p = b.shape(arguments[0]), q = b.shape(arguments[1]);
  const std::string both = to_string(p) + " and " + to_string(q);
  if (p.size() != q.size() || p.empty() || p.size() > 2)
    throw ShapeError("outer needs two vectors, or a vector for each example on both sides, not " + both);
  if (p.size() == 2 && p[0] != q[0])
    throw ShapeError("outer needs as many examples on both sides, not " + both);
  if (c.axes.of(arguments[0]).back() == "batch" || c.axes.of(arguments[1]).back() == "batch")
    throw ShapeError("outer needs a vector for each example on both sides, not one number for each");
  Shape shape = p;
  shape.push_back(q.back());
  if (Type{DType::f32, shape}.elements() > kMostElements)
    throw ShapeError("outer of " + both + " is too large");
  const bool batch = p.size() == 2;
  const Value left = b.broadcast(arguments[0], shape, batch ? std::vector{0, 1} : std::vector{0});
  const Value right = b.broadcast(arguments[1], shape, batch ? std::vector{0, 2} : std::vector{1});
  const Value y = b.multiply(left, right);
  c.axes.name(y, batch ? Axes{"batch", "left", "right"} : Axes{"left", "right"});
  return y;
}

/// Exchanges the last two axes. The names of an outer product stay in their places, so that the old left
/// becomes right.
Value transpose(FunctionContext& c, const Arguments& arguments) {
  Builder& b = c.b;
  const std::size_t rank = b.shape(arguments[0]).size();
  if (rank < 2) throw ShapeError("transpose needs a matrix, not " + to_string(b.shape(arguments[0])));
  std::vector<int> order(rank);
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[rank - 1], order[rank - 2]);
  Axes axes = c.axes.of(arguments[0]);
  if (axes[rank - 1] != "right") axes[rank - 2] = axes[rank - 1] = "";
  const Value y = b.transpose(arguments[0], std::move(order));
  c.axes.name(y, axes);
  return y;
}

}  // namespace

extern const ExpressionFunction outer_function{
    .name = "outer",
    .description =
        "outer(p, q): the product of each element of p with each element of q. Two vectors "
        "give the axes left and right; vectors for each example give batch, left and right.",
    .least_arguments = 2,
    .most_arguments = 2,
    .build = outer,
    .samples = {{.arguments = {{6, 3}, {6, 5}}, .any_numbers = true},
                {.arguments = {{20}, {7}}, .any_numbers = true}}};

extern const ExpressionFunction transpose_function{
    .name = "transpose",
    .description = "transpose(m): exchanges the last two axes; left of an outer product becomes right.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = transpose,
    .samples = {{.arguments = {{5, 7}}, .any_numbers = true},
                {.arguments = {{2, 3, 20}}, .any_numbers = true}}};

}  // namespace sganc
