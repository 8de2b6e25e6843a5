// Operations on elements in ONNX, which repeats elements along axes of extent 1 by itself.

#include "compiler/export/onnx/rows.h"

namespace sganc {
namespace {

using Values = OnnxValues;

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
  if (from != to) name = converted(c, name, onnx_type(to));
  return pointwise(c, n, name, order);
}

constexpr OnnxRow kRows[] = {
    {Op::negate, negate},      {Op::exp, exp},           {Op::log, log},
    {Op::sqrt, sqrt},          {Op::tanh, tanh},         {Op::cos, cos},
    {Op::stop_gradient, same}, {Op::convert, convert},   {Op::add, add},
    {Op::subtract, subtract},  {Op::multiply, multiply}, {Op::divide, divide},
    {Op::maximum, maximum},    {Op::minimum, minimum},   {Op::greater, greater},
    {Op::equal, equal},        {Op::select, select},
};

}  // namespace

extern const OnnxRows pointwise_rows{kRows};

}  // namespace sganc
