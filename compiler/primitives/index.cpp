// gather reads rows of a table at indices, and scatter_add adds rows to it at indices. Each is the adjoint of
// the other.

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

/// The type of the rows of `table` at `index`; see Op::gather. Throws ShapeError if the two do not fit.
Type gathered(const Type& table, const Type& index, const std::vector<int>& axes, const std::string& op) {
  const auto both_of_them = to_string(table) + " and " + to_string(index);
  const std::size_t shared = axes.size(), rank = index.shape.size();
  require(index.dtype == DType::i32 && rank > 0 && table.shape.size() > shared && rank >= shared &&
              (shared > 0 || rank == 1),
          op + ": needs a table and an i32 vector of indices, not " + both_of_them);
  for (std::size_t i = 0; i < shared; ++i)
    require(axes[i] == static_cast<int>(i) && table.shape[i] == index.shape[i],
            op + ": a table and indices that share their first axes, not " + both_of_them);
  Type result{table.dtype, index.shape};
  result.shape.insert(result.shape.end(), table.shape.begin() + static_cast<std::ptrdiff_t>(shared) + 1,
                      table.shape.end());
  return result;
}

Type gather_type(const Untyped& n) {
  return gathered(n.in[0], n.in[1], n.attributes.axes, "gather");
}

Type scatter_type(const Untyped& n) {
  const Type& rows = n.in[0];
  require(rows.dtype == DType::f32, "scatter_add: the rows must be f32, not " + to_string(rows));
  const Type table{rows.dtype, n.attributes.shape};
  require(gathered(table, n.in[1], n.attributes.axes, "scatter_add") == rows,
          "scatter_add: " + both(n.in) + " do not fit a table of " + to_string(table.shape));
  return table;
}

Value by_table(Builder& b, Value n, Value dy) {
  const Shape table = b.shape(operand(b, n, 0));
  return b.add_node(Op::scatter_add, {dy, operand(b, n, 1)}, {.shape = table, .axes = attributes(b, n).axes});
}
Value by_rows(Builder& b, Value n, Value dy) {
  return b.add_node(Op::gather, {dy, operand(b, n, 1)}, {.axes = attributes(b, n).axes});
}

/// The index in `table` of the element that gather puts at `index` of its result. An index outside of the
/// table means the nearest row.
Shape place_in_table(Shape index, const Tensor& indices, const Shape& table, std::size_t shared) {
  const auto rank = static_cast<std::ptrdiff_t>(indices.shape().size());
  const Shape at(index.begin(), index.begin() + rank);
  const auto row = static_cast<std::int64_t>(indices.data[offset_of(indices.shape(), at)]);
  Shape place(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(shared));
  place.push_back(std::clamp<std::int64_t>(row, 0, table[shared] - 1));
  place.insert(place.end(), index.begin() + rank, index.end());
  return place;
}

void gather(const Node& node, Operands in, Tensor& rows) {
  const Tensor &table = *in[0], &indices = *in[1];
  for (std::size_t i = 0; i < rows.data.size(); ++i) {
    const Shape place =
        place_in_table(index_of(rows.shape(), i), indices, table.shape(), node.attributes.axes.size());
    rows.data[i] = table.data[offset_of(table.shape(), place)];
  }
}

void scatter_add(const Node& node, Operands in, Tensor& table) {
  const Tensor &rows = *in[0], &indices = *in[1];
  for (std::size_t i = 0; i < rows.data.size(); ++i) {
    const Shape place =
        place_in_table(index_of(rows.shape(), i), indices, table.shape(), node.attributes.axes.size());
    table.data[offset_of(table.shape(), place)] += rows.data[i];
  }
}

/// Some indices are outside of the table.
Samples gather_samples() {
  return {{{f32({4, 3}), whole({6})}},
          {{whole({7, 3, 5}, DType::u8), whole({6})}},
          {{f32({9}), whole({6})}},
          {{f32({3, 5, 2}), whole({3, 4, 20})}, {.axes = {0}}},
          {{f32({2, 4, 3}), whole({2, 2, 2})}, {.axes = {0}}},
          {{f32({2, 3, 4}), whole({2, 3, 7})}, {.axes = {0, 1}}}};
}

Examples gather_examples() {
  return {{{tensor({2, 3}, {1, 2, 3, 4, 5, 6}), tensor({4}, {1, 0, -5, 9}, DType::i32)},
           {},
           tensor({4, 3}, {4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6})},
          {{tensor({2, 2, 1}, {1, 2, 3, 4}), tensor({2, 3}, {1, 0, 9, 0, -1, 1}, DType::i32)},
           {.axes = {0}},
           tensor({2, 3, 1}, {2, 1, 2, 3, 3, 4})}};
}

Samples scatter_samples() {
  return {
      {{f32({6, 3}), whole({6})}, {.shape = {4, 3}}},
      {{f32({6}), whole({6})}, {.shape = {9}}},
      {{f32({2, 5, 3}), whole({2, 5})}, {.shape = {2, 4, 3}, .axes = {0}}},
      {{f32({3, 4, 20}), whole({3, 4})}, {.shape = {3, 5, 20}, .axes = {0}}},
      {{f32({40, 30, 33, 1}), whole({40, 30, 33})}, {.shape = {40, 6, 1}, .axes = {0}}, {}, 1e-5},
  };
}

Examples scatter_examples() {
  return {{{tensor({2, 3, 1}, {1, 2, 3, 4, 5, 6}), tensor({2, 3}, {1, 0, 9, 0, -1, 1}, DType::i32)},
           {.shape = {2, 2, 1}, .axes = {0}},
           tensor({2, 2, 1}, {2, 4, 9, 6})}};
}

constexpr AttributeInfo kSharedAxes[] = {{"axes", &Attributes::axes, true}};
constexpr AttributeInfo kSharedAxesAndShape[] = {{"axes", &Attributes::axes, true},
                                                 {"shape", &Attributes::shape}};

constexpr Primitive kRows[] = {
    {.info = {Op::gather, "gather", OpClass::structure, 2},
     .attributes = kSharedAxes,
     .type = gather_type,
     .gradient = {by_table, nullptr},
     .reference = gather,
     .share = share_gather,
     .samples = gather_samples,
     .examples = gather_examples},

    {.info = {Op::scatter_add, "scatter_add", OpClass::structure, 2},
     .attributes = kSharedAxesAndShape,
     .type = scatter_type,
     .gradient = {by_rows, nullptr},
     .reference = scatter_add,
     .share = share_scatter_add,
     .samples = scatter_samples,
     .examples = scatter_examples},
};

}  // namespace

extern const Family index_primitives{kRows};

}  // namespace sganc
