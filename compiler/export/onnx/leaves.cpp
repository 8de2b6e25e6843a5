// Leaves in ONNX: weights are tensors of the file, and so are constants where a node reads them.

#include "compiler/export/needed.h"
#include "compiler/export/onnx/rows.h"

namespace sganc {
namespace {

using Values = OnnxValues;

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
  const std::string batch = converted(c, c.batch(), onnx::TensorProto::FLOAT);
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

Held all_reduce(Values& c, Value n) {
  refuse(c.node(n), "it sums over the processes that train together");
}

constexpr OnnxRow kRows[] = {
    {Op::variable, variable}, {Op::input, input},   {Op::constant, constant},
    {Op::iota, iota},         {Op::random, random}, {Op::all_reduce, all_reduce},
};

}  // namespace

extern const OnnxRows leaf_rows{kRows};

}  // namespace sganc
