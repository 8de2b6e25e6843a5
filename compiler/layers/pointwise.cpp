// Functions of expressions that compute each element by itself.

#include <numeric>

#include "compiler/layers/reductions.h"

namespace sganc {

std::pair<Value, Value> of_one_shape(Builder& b, const std::string& what, Value l, Value r) {
  const Shape left = b.shape(l), right = b.shape(r);
  if (left == right) return {l, r};
  if (left.empty()) return {b.broadcast(l, right, {}), r};
  if (right.empty()) return {l, b.broadcast(r, left, {})};
  throw ShapeError(what + " needs two values of one shape, or a number on one side, not " + to_string(left) +
                   " and " + to_string(right));
}

std::vector<Value> all_of_one_shape(Builder& b, const std::string& what, std::vector<Value> values) {
  Shape shape;
  for (Value v : values)
    if (shape.empty()) shape = b.shape(v);
  std::string shapes;
  bool fits = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Shape own = b.shape(values[i]);
    shapes += (i == 0 ? "" : i + 1 == values.size() ? " and " : ", ") + to_string(own);
    fits = fits && (own.empty() || own == shape);
    if (own.empty() && !shape.empty()) values[i] = b.broadcast(values[i], shape, {});
  }
  if (!fits) throw ShapeError(what + " needs values of one shape, or single numbers, not " + shapes);
  return values;
}

Value as_numbers(Builder& b, Value v) {
  return b.convert(v, DType::f32);
}

std::optional<double> constant_of(Builder& b, Value v) {
  const Node& n = b.function().node(v);
  return n.op == Op::constant && n.type.shape.empty() ? std::optional(n.attributes.value) : std::nullopt;
}

namespace {

using Arguments = std::vector<Value>;

Value exp(FunctionContext& c, const Arguments& arguments) {
  return c.b.exp(arguments[0]);
}
Value log(FunctionContext& c, const Arguments& arguments) {
  return c.b.log(arguments[0]);
}
Value sqrt(FunctionContext& c, const Arguments& arguments) {
  return c.b.sqrt(arguments[0]);
}
Value square(FunctionContext& c, const Arguments& arguments) {
  return c.b.multiply(arguments[0], arguments[0]);
}
Value abs(FunctionContext& c, const Arguments& arguments) {
  return c.b.absolute(arguments[0]);
}
Value max_along(Builder& b, Value x, const std::vector<int>& axes) {
  return b.reduce_max(x, axes);
}
Value min_along(Builder& b, Value x, const std::vector<int>& axes) {
  return b.negate(b.reduce_max(b.negate(x), axes));
}
Value over_everything(Builder& b, AlongAxes reduce, Value x) {
  std::vector<int> axes(b.shape(x).size());
  std::iota(axes.begin(), axes.end(), 0);
  return axes.empty() ? x : reduce(b, x, axes);
}
Value max(FunctionContext& c, const Arguments& arguments) {
  if (arguments.size() == 1) return over_everything(c.b, max_along, arguments[0]);
  const auto x = meet(c, "max", arguments);
  return c.b.maximum(x[0], x[1]);
}
Value min(FunctionContext& c, const Arguments& arguments) {
  if (arguments.size() == 1) return over_everything(c.b, min_along, arguments[0]);
  const auto x = meet(c, "min", arguments);
  return c.b.minimum(x[0], x[1]);
}

Value clip(FunctionContext& c, const Arguments& arguments) {
  const auto x = meet(c, "clip", arguments);
  return c.b.minimum(c.b.maximum(x[0], x[1]), x[2]);
}
Value where(FunctionContext& c, const Arguments& arguments) {
  const auto x = meet(c, "where", arguments);
  return c.b.select(as_numbers(c.b, x[0]), x[1], x[2]);
}

const FunctionSample kAnyNumbers{.arguments = {{3, 4}}, .any_numbers = true};
const FunctionSample kPositive{.arguments = {{3, 4}}};
const FunctionSample kTwo{.arguments = {{3, 4}, {3, 4}}, .any_numbers = true};
const FunctionSample kAndNumber{.arguments = {{6, 20}, {}}, .any_numbers = true};
const FunctionSample kNumberAnd{.arguments = {{}, {6, 20}}, .any_numbers = true};

}  // namespace

extern const ExpressionFunction exp_function{.name = "exp",
                                             .description = "exp(a): e to the power of each element.",
                                             .least_arguments = 1,
                                             .most_arguments = 1,
                                             .build = exp,
                                             .samples = {kAnyNumbers}};

extern const ExpressionFunction log_function{.name = "log",
                                             .description = "log(a): the natural logarithm.",
                                             .least_arguments = 1,
                                             .most_arguments = 1,
                                             .build = log,
                                             .samples = {kPositive}};

extern const ExpressionFunction sqrt_function{.name = "sqrt",
                                              .description = "sqrt(a): the square root.",
                                              .least_arguments = 1,
                                              .most_arguments = 1,
                                              .build = sqrt,
                                              .samples = {kPositive}};

extern const ExpressionFunction square_function{.name = "square",
                                                .description = "square(a): a * a.",
                                                .least_arguments = 1,
                                                .most_arguments = 1,
                                                .build = square,
                                                .samples = {kAnyNumbers}};

extern const ExpressionFunction abs_function{.name = "abs",
                                             .description = "abs(a): the absolute value.",
                                             .least_arguments = 1,
                                             .most_arguments = 1,
                                             .build = abs,
                                             .samples = {kAnyNumbers}};

extern const ExpressionFunction max_function{
    .name = "max",
    .description =
        "max(a, b): the larger of each pair of elements; a or b may be one number. max(a): "
        "the largest of all elements; max(a, AXIS...): along these axes.",
    .least_arguments = 1,
    .most_arguments = 2,
    .build = max,
    .samples = {kTwo, kAndNumber, kNumberAnd, kAnyNumbers},
    .along_axes = max_along};

extern const ExpressionFunction min_function{
    .name = "min",
    .description =
        "min(a, b): the smaller of each pair of elements; a or b may be one number. min(a): "
        "the smallest of all elements; min(a, AXIS...): along these axes.",
    .least_arguments = 1,
    .most_arguments = 2,
    .build = min,
    .samples = {kTwo, kAndNumber, kNumberAnd, kAnyNumbers},
    .along_axes = min_along};

extern const ExpressionFunction clip_function{
    .name = "clip",
    .description = "clip(x, low, high): limits x to the range from low to high.",
    .least_arguments = 3,
    .most_arguments = 3,
    .build = clip,
    .samples = {{.arguments = {{6, 20}}, .any_numbers = true, .numbers = {-0.5, 0.75}},
                {.arguments = {{3, 4}, {}, {3, 4}}, .any_numbers = true}}};

extern const ExpressionFunction where_function{
    .name = "where",
    .description = "where(c, a, b): a where c is not 0, else b.",
    .least_arguments = 3,
    .most_arguments = 3,
    .build = where,
    .samples = {{.arguments = {{6, 20}, {6, 20}, {6, 20}}, .classes = 0, .any_numbers = true},
                {.arguments = {{6, 20}, {}, {6, 20}}, .classes = 0, .any_numbers = true}}};

}  // namespace sganc
