#include "compiler/export/onnx/primitives.h"

#include <algorithm>

#include "compiler/export/needed.h"

namespace sganc {
namespace {

using Values = OnnxValues;
using Numbers = std::vector<std::int64_t>;

const Attributes& attributes(const Values& c, Value n) {
  return c.node(n).attributes;
}
Value operand(const Values& c, Value n, std::size_t i) {
  return c.operands(n)[i];
}
bool repeats(const Values& c, Value v, int axis) {
  return c.held(v).repeated[static_cast<std::size_t>(axis)];
}

/// The place of an axis in an order.
std::int64_t place(const Order& order, int axis) {
  return std::ranges::find(order, axis) - order.begin();
}

/// A number of the element type of an index.
std::string whole_number(Values& c, std::int64_t number) {
  return c.graph.tensor("", filled({DType::i32, {}}, static_cast<double>(number)));
}
std::string real_number(Values& c, double number) {
  return c.graph.tensor("", filled({DType::f32, {}}, number));
}

// leaves

Held variable(Values& c, Value n) {
  const std::string& name = attributes(c, n).name;
  return {.order = plain_order(c.rank(n)), .known = c.variable(name), .label = plain_name(name)};
}

Held input(Values& c, Value n) {
  const Order order = plain_order(c.rank(n));
  c.graph.add_input(attributes(c, n).name, c.type_of(n, order));
  return {.name = attributes(c, n).name, .order = order};
}

/// A number for all elements, or one that is divided by the batch.
Held constant(Values& c, Value n) {
  const std::size_t rank = c.rank(n);
  const Type one{c.node(n).type.dtype, Shape(rank, 1)};
  Held held{.order = plain_order(rank), .repeated = std::vector<bool>(rank, true)};
  const auto times_batch = c.times_batch(n);
  if (!times_batch) {
    held.known = filled(one, attributes(c, n).value);
    return held;
  }
  const std::string batch =
      c.graph.add("Cast", {c.batch()}, {{"to", std::int64_t{onnx::TensorProto::FLOAT}}});
  const std::string number = c.graph.add("Div", {real_number(c, *times_batch), batch});
  held.name = c.graph.add("Reshape", {number, c.graph.integers(one.shape)});
  return held;
}

/// The index is known, unless it counts the examples of a batch.
Held iota(Values& c, Value n) {
  const auto axis = static_cast<std::size_t>(attributes(c, n).axes[0]);
  const Extent extent = c.extents(n)[axis];
  Type type{c.node(n).type.dtype, Shape(c.rank(n), 1)};
  Held held{.order = plain_order(c.rank(n)), .repeated = std::vector<bool>(c.rank(n), true)};
  held.repeated[axis] = false;
  if (extent.of_batch()) refuse(c.node(n), "it counts the examples of a batch");
  type.shape[axis] = extent.number;
  held.known = filled(type);
  for (std::size_t i = 0; i < held.known->data.size(); ++i) held.known->data[i] = static_cast<double>(i);
  return held;
}

Held random(Values& c, Value n) {
  refuse(c.node(n), "it takes random numbers");
}

// pointwise

/// The order of the operand that is known least and repeated least, to which the others are brought.
Order common_order(const Values& c, Value n) {
  const Held* chosen = nullptr;
  for (const Value o : c.operands(n)) {
    const Held& h = c.held(o);
    const auto whole = [](const Held& x) { return std::ranges::count(x.repeated, false); };
    if (!h.known && (!chosen || whole(h) > whole(*chosen))) chosen = &h;
  }
  return chosen ? chosen->order : plain_order(c.rank(n));
}

/// The result of a pointwise node: an axis is repeated if it is so in all operands.
Held pointwise(Values& c, Value n, std::string name, const Order& order) {
  std::vector<bool> repeated(c.rank(n), true);
  for (const Value o : c.operands(n))
    for (std::size_t axis = 0; axis < repeated.size(); ++axis)
      repeated[axis] = repeated[axis] && c.held(o).repeated[axis];
  return {.name = std::move(name), .order = order, .repeated = repeated};
}

Held operation(Values& c, Value n, const std::string& op) {
  const Order order = common_order(c, n);
  std::vector<std::string> names;
  for (const Value o : c.operands(n)) names.push_back(c.name_of(o, order));
  return pointwise(c, n, c.graph.add(op, names), order);
}

Held negate(Values& c, Value n) {
  return operation(c, n, "Neg");
}
Held exp(Values& c, Value n) {
  return operation(c, n, "Exp");
}
Held log(Values& c, Value n) {
  return operation(c, n, "Log");
}
Held sqrt(Values& c, Value n) {
  return operation(c, n, "Sqrt");
}
Held tanh(Values& c, Value n) {
  return operation(c, n, "Tanh");
}
Held cos(Values& c, Value n) {
  return operation(c, n, "Cos");
}
Held subtract(Values& c, Value n) {
  return operation(c, n, "Sub");
}
Held multiply(Values& c, Value n) {
  return operation(c, n, "Mul");
}
Held divide(Values& c, Value n) {
  return operation(c, n, "Div");
}
Held maximum(Values& c, Value n) {
  return operation(c, n, "Max");
}
Held minimum(Values& c, Value n) {
  return operation(c, n, "Min");
}

/// The value of another node, without a node of its own.
Held same(Values& c, Value n) {
  return c.held(operand(c, n, 0));
}

/// Says an addition after a product as the product's bias, if it is one.
std::optional<Held> as_bias(Values& c, Value product, Value bias) {
  const bool is_product = info(c.node(product).op).kind == OpClass::product;
  if (!is_product || !c.is_read_once(product) || c.held(product).known) return {};
  onnx::NodeProto* maker = c.graph.maker(c.held(product).name);
  if (!maker || maker->input_size() != 2) return {};
  const auto vector = c.vector_of(bias);
  if (!vector) return {};
  maker->add_input(*vector);
  return c.held(product);
}

Held add(Values& c, Value n) {
  const Value a = operand(c, n, 0), b = operand(c, n, 1);
  if (const auto held = as_bias(c, a, b)) return *held;
  if (const auto held = as_bias(c, b, a)) return *held;
  return operation(c, n, "Add");
}

Held comparison(Values& c, Value n, const std::string& op) {
  Held held = operation(c, n, op);
  held.flags = true;
  return held;
}
Held greater(Values& c, Value n) {
  return comparison(c, n, "Greater");
}
Held equal(Values& c, Value n) {
  return comparison(c, n, "Equal");
}

Held select(Values& c, Value n) {
  const Order order = common_order(c, n);
  const Value condition = operand(c, n, 0), then = operand(c, n, 1), otherwise = operand(c, n, 2);
  return pointwise(c, n,
                   c.graph.add("Where", {c.flags_of(condition, order), c.name_of(then, order),
                                         c.name_of(otherwise, order)}),
                   order);
}

/// A number outside of the range becomes the end of the range, except that an i32 gives its low bits to a
/// u8. The largest i32 that is an f32 is 2^31 - 128.
Held convert(Values& c, Value n) {
  const Value x = operand(c, n, 0);
  const DType from = c.node(x).type.dtype, to = attributes(c, n).dtype;
  const Order order = common_order(c, n);
  std::string name = c.name_of(x, order);
  if (from == DType::f32 && to == DType::i32)
    name = c.graph.add("Clip", {name, real_number(c, -2147483648.0), real_number(c, 2147483520.0)});
  if (from == DType::f32 && to == DType::u8)
    name = c.graph.add("Clip", {name, real_number(c, 0), real_number(c, 255)});
  if (from == DType::i32 && to == DType::u8) name = c.graph.add("Mod", {name, whole_number(c, 256)});
  if (from != to) name = c.graph.add("Cast", {name}, {{"to", std::int64_t{onnx_type(to)}}});
  return pointwise(c, n, name, order);
}

// structure

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

std::string as_i64(Values& c, const std::string& name) {
  return c.graph.add("Cast", {name}, {{"to", std::int64_t{onnx::TensorProto::INT64}}});
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
  const std::string places = c.graph.add("Unsqueeze", {as_i64(c, at), c.graph.integers({-1})});
  held.name =
      c.graph.add("GatherND", {c.whole(table), places}, {{"batch_dims", static_cast<std::int64_t>(shared)}});
  return held;
}

Held scatter_add(Values& c, Value n) {
  refuse(c.node(n), "it adds rows to a table at computed places");
}

// products

Held matmul(Values& c, Value n) {
  const Value a = operand(c, n, 0), b = operand(c, n, 1);
  c.label(b, c.node(n).origin.part + ".weight");
  std::vector<OnnxAttribute> settings;
  if (attributes(c, n).transpose_a) settings.push_back({"transA", std::int64_t{1}});
  if (attributes(c, n).transpose_b) settings.push_back({"transB", std::int64_t{1}});
  return {.name = c.graph.add("Gemm", {c.whole(a), c.whole(b)}, settings), .order = plain_order(2)};
}

std::vector<OnnxAttribute> geometry(const Values& c, Value n) {
  const Attributes& a = attributes(c, n);
  const Shape& w = c.node(operand(c, n, 1)).type.shape;
  return {{"kernel_shape", Numbers{w[2], w[3]}},
          {"strides", a.strides},
          {"pads", a.pads},
          {"dilations", a.dilations},
          {"group", a.groups}};
}

/// An image, and a kernel of weights.
std::vector<std::string> factors(Values& c, Value n) {
  const Value w = operand(c, n, 1);
  c.label(w, c.node(n).origin.part + ".weight");
  return {c.whole(operand(c, n, 0), channels_first(4)), c.whole(w)};
}

Held conv(Values& c, Value n) {
  return {.name = c.graph.add("Conv", factors(c, n), geometry(c, n)), .order = channels_first(4)};
}

/// The result may have more pixels below and to the right than the kernels reach.
Held conv_backward_data(Values& c, Value n) {
  const Attributes& a = attributes(c, n);
  const Shape &x = c.node(n).type.shape, &y = c.node(operand(c, n, 0)).type.shape,
              &w = c.node(operand(c, n, 1)).type.shape;
  Numbers more;
  for (std::size_t i = 0; i < 2; ++i)
    more.push_back(x[i + 1] + a.pads[i] + a.pads[i + 2] - (y[i + 1] - 1) * a.strides[i] -
                   span_of(w[i + 2], a.dilations[i]));
  std::vector<OnnxAttribute> settings = geometry(c, n);
  if (more != Numbers{0, 0}) settings.push_back({"output_padding", more});
  return {.name = c.graph.add("ConvTranspose", factors(c, n), settings), .order = channels_first(4)};
}

Held conv_backward_weights(Values& c, Value n) {
  refuse(c.node(n), "it is the gradient of a kernel");
}

struct Row {
  Op op;
  Held (*write)(Values&, Value n);
};

constexpr Row kRows[] = {
    {Op::variable, variable},
    {Op::input, input},
    {Op::constant, constant},
    {Op::iota, iota},
    {Op::random, random},
    {Op::negate, negate},
    {Op::exp, exp},
    {Op::log, log},
    {Op::sqrt, sqrt},
    {Op::tanh, tanh},
    {Op::cos, cos},
    {Op::stop_gradient, same},
    {Op::convert, convert},
    {Op::add, add},
    {Op::subtract, subtract},
    {Op::multiply, multiply},
    {Op::divide, divide},
    {Op::maximum, maximum},
    {Op::minimum, minimum},
    {Op::greater, greater},
    {Op::equal, equal},
    {Op::select, select},
    {Op::broadcast, broadcast},
    {Op::reduce_sum, reduce_sum},
    {Op::reduce_max, reduce_max},
    {Op::view, view},
    {Op::transpose, transpose},
    {Op::pad, pad},
    {Op::slice, slice},
    {Op::gather, gather},
    {Op::scatter_add, scatter_add},
    {Op::matmul, matmul},
    {Op::conv, conv},
    {Op::conv_backward_data, conv_backward_data},
    {Op::conv_backward_weights, conv_backward_weights},
};

}  // namespace

Held write_primitive(OnnxValues& values, Value n) {
  const auto row = std::ranges::find(kRows, values.node(n).op, &Row::op);
  if (row == std::end(kRows)) throw std::logic_error("export: a primitive has no row");
  return row->write(values, n);
}

}  // namespace sganc
