// Lists the families, and defines the functions of graph/op.h and graph/attributes.h that look up rows.

#include "compiler/primitives/table.h"

#include <algorithm>

#include "compiler/language/listed.h"

namespace sganc {

#define SGANC_FAMILY(name) SGANC_LISTED(Family, name##_primitives)

static std::vector<const Family*> families() {
  return {
      SGANC_FAMILY(leaf),         // variable, input, constant, iota, random
      SGANC_FAMILY(arithmetic),   // negate, add, subtract, multiply, divide
      SGANC_FAMILY(function),     // exp, log, sqrt, tanh, cos, stop_gradient, convert
      SGANC_FAMILY(choice),       // maximum, minimum, greater, equal, select
      SGANC_FAMILY(shape),        // broadcast, view, transpose, pad, slice
      SGANC_FAMILY(reduce),       // reduce_sum, reduce_max
      SGANC_FAMILY(index),        // gather, scatter_add
      SGANC_FAMILY(matmul),       // matmul
      SGANC_FAMILY(convolution),  // conv, conv_backward_data, conv_backward_weights
      SGANC_FAMILY(message),      // all_reduce
  };
}

#undef SGANC_FAMILY

/// The rows, indexed by op. Throws std::logic_error if an op has two rows, or if one before the last has
/// none.
static std::vector<const Primitive*> rows_by_op() {
  std::vector<const Primitive*> rows;
  for (const Family* family : families())
    for (const Primitive& row : *family) {
      const auto i = static_cast<std::size_t>(row.info.op);
      if (i >= rows.size()) rows.resize(i + 1);
      if (rows[i]) throw std::logic_error("two rows of the primitive " + std::string(row.info.name));
      rows[i] = &row;
    }
  if (std::ranges::count(rows, nullptr) > 0) throw std::logic_error("a primitive has no row");
  return rows;
}

const std::vector<const Primitive*>& all_primitives() {
  static const std::vector<const Primitive*> rows = rows_by_op();
  return rows;
}

const Primitive& primitive(Op op) {
  return *all_primitives().at(static_cast<std::size_t>(op));
}

const OpInfo& info(Op op) {
  return primitive(op).info;
}

const OpInfo* find_op(std::string_view name) {
  for (const Primitive* row : all_primitives())
    if (row->info.name == name) return &row->info;
  return nullptr;
}

std::vector<std::string> op_names() {
  std::vector<std::string> names;
  for (const Primitive* row : all_primitives()) names.emplace_back(row->info.name);
  return names;
}

std::span<const AttributeInfo> attributes_of(Op op) {
  return primitive(op).attributes;
}

Type infer_type(Op op, std::span<const Type> operands, const Attributes& attributes, const Type& declared) {
  const auto require_extents = [](const Shape& shape) {
    const auto mistake = extents_mistake(shape, /*may_be_unknown=*/true);
    if (!mistake.empty()) throw ShapeError(mistake);
  };
  const Primitive& row = primitive(op);
  if (std::ssize(operands) != row.info.operands)
    throw ShapeError(std::string(row.info.name) + " takes " + std::to_string(row.info.operands) +
                     " operands, not " + std::to_string(operands.size()));
  require_extents(attributes.shape);
  const Type result = row.type({row.info.name, operands, attributes, declared});
  require_extents(result.shape);
  return result;
}

}  // namespace sganc
