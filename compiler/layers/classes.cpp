// Functions of expressions between classes and vectors of their probabilities.

#include <cmath>

#include "compiler/language/spelling.h"
#include "compiler/layers/layer.h"

namespace sganc {

Value one_hot_of(Builder& b, Value classes, std::int64_t count) {
  Shape shape = b.shape(classes);
  std::vector<int> kept;
  for (std::size_t i = 0; i < shape.size(); ++i) kept.push_back(static_cast<int>(i));
  shape.push_back(count);
  const int last = static_cast<int>(shape.size()) - 1;
  return b.equal(b.iota(last, shape), b.broadcast(as_numbers(b, classes), shape, kept));
}

void require_vector(FunctionContext& c, const std::string& what, Value x, const std::string& of) {
  if (c.b.shape(x).empty()) throw ShapeError(what + " needs a vector" + of + ", not one number");
  if (c.axes.of(x).back() == "batch")
    throw ShapeError(what + " needs a vector" + of + " for each example, but its only axis is batch");
}

namespace {

using Arguments = std::vector<Value>;

/// The most elements of a result, so that one_hot of one_hot cannot grow without end.
constexpr std::int64_t kMostElements = 10'000'000;

Value one_hot(FunctionContext& c, const Arguments& arguments) {
  const auto count = constant_of(c.b, arguments[1]);
  const std::string says = count ? shortest(*count) : to_string(c.b.type(arguments[1]));
  if (!count || *count < 1 || *count != std::floor(*count))
    throw ShapeError("one_hot needs the number of classes, not " + says);
  if (static_cast<double>(c.b.type(arguments[0]).elements()) * *count > static_cast<double>(kMostElements))
    throw ShapeError("one_hot of " + to_string(c.b.shape(arguments[0])) + " with " + says +
                     " classes is too large");
  const Axes classes = c.axes.of(arguments[0]);
  const Value y = one_hot_of(c.b, arguments[0], static_cast<std::int64_t>(*count));
  const std::size_t rank = classes.size() + 1;
  c.axes.name(y, rank == 1 ? Axes{"features"} : rank == 2 ? Axes{"batch", "features"} : Axes(rank));
  return y;
}

Value argmax(FunctionContext& c, const Arguments& arguments) {
  require_vector(c, "argmax", arguments[0]);
  return c.b.argmax(arguments[0]);
}

Value largest(FunctionContext& c, const Arguments& arguments) {
  require_vector(c, "largest", arguments[0]);
  return c.b.reduce_max(arguments[0], {static_cast<int>(c.b.shape(arguments[0]).size()) - 1});
}

}  // namespace

extern const ExpressionFunction one_hot_function{
    .name = "one_hot",
    .description =
        "one_hot(classes, n): a vector of n numbers for each class, 1 at the class and else "
        "0.",
    .least_arguments = 2,
    .most_arguments = 2,
    .build = one_hot,
    .samples = {{.arguments = {{4}}, .classes = 0, .numbers = {5}},
                {.arguments = {{4}}, .classes = 0, .numbers = {3}}},
    .differentiable = false};

extern const ExpressionFunction argmax_function{
    .name = "argmax",
    .description =
        "argmax(a): the index, from 0, of the largest element along the last axis, which is "
        "removed.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = argmax,
    .samples = {{.arguments = {{6, 20}}, .any_numbers = true}, {.arguments = {{7}}, .any_numbers = true}},
    .differentiable = false};

extern const ExpressionFunction largest_function{
    .name = "largest",
    .description = "largest(a): the largest element along the last axis, which is removed.",
    .least_arguments = 1,
    .most_arguments = 1,
    .build = largest,
    .samples = {{.arguments = {{6, 20}}, .any_numbers = true}, {.arguments = {{7}}, .any_numbers = true}}};

}  // namespace sganc
