// The product of two matrices, each as it is or transposed.

#include <tuple>

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

Type matmul_type(const Untyped& n) {
  require_numbers(n.in);
  const Shape &a = n.in[0].shape, &b = n.in[1].shape;
  const bool ta = n.attributes.transpose_a, tb = n.attributes.transpose_b;
  require(a.size() == 2 && b.size() == 2, "matmul: needs two matrices, not " + both(n.in));
  require(a[ta ? 0 : 1] == b[tb ? 1 : 0], "matmul: inner extents differ: " + both(n.in));
  return {DType::f32, {a[ta ? 1 : 0], b[tb ? 0 : 1]}};
}

/// With c = op(a) op(d), the gradient of a is dc op(d)', or the transpose of that if a is read transposed.
/// The gradient of d follows in the same way.
Value by_a(Builder& b, Value n, Value dy) {
  const auto at = attributes(b, n);
  const Value d = operand(b, n, 1);
  return at.transpose_a ? b.matmul(d, dy, at.transpose_b, true) : b.matmul(dy, d, false, !at.transpose_b);
}
Value by_b(Builder& b, Value n, Value dy) {
  const auto at = attributes(b, n);
  const Value a = operand(b, n, 0);
  return at.transpose_b ? b.matmul(dy, a, true, at.transpose_a) : b.matmul(a, dy, !at.transpose_a, false);
}

void matmul(const Node& node, Operands in, Tensor& c) {
  const Tensor &a = *in[0], &b = *in[1];
  const bool ta = node.attributes.transpose_a, tb = node.attributes.transpose_b;
  const auto inner = a.shape()[ta ? 0 : 1];
  for (std::int64_t i = 0; i < c.shape()[0]; ++i)
    for (std::int64_t j = 0; j < c.shape()[1]; ++j)
      for (std::int64_t k = 0; k < inner; ++k)
        c.data[offset_of(c.shape(), {i, j})] += a.data[offset_of(a.shape(), ta ? Shape{k, i} : Shape{i, k})] *
                                                b.data[offset_of(b.shape(), tb ? Shape{j, k} : Shape{k, j})];
}

std::int64_t multiply_adds(const Node& n, const Type& a, const Type&) {
  return n.type.elements() * a.shape[n.attributes.transpose_a ? 0 : 1];
}

Samples samples() {
  Samples all;
  for (const bool ta : {false, true})
    for (const bool tb : {false, true})
      for (const auto& [m, k, n] : {std::tuple{1, 1, 1}, {3, 7, 5}, {33, 20, 17}})
        all.push_back({{f32(ta ? Shape{k, m} : Shape{m, k}), f32(tb ? Shape{n, k} : Shape{k, n})},
                       {.transpose_a = ta, .transpose_b = tb}});
  return all;
}

Examples examples() {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  const Tensor matrix = tensor({2, 3}, x);
  return {{{matrix, tensor({3, 2}, x)}, {}, tensor({2, 2}, {22, 28, 49, 64})},
          {{matrix, matrix}, {.transpose_b = true}, tensor({2, 2}, {14, 32, 32, 77})},
          {{matrix, tensor({2, 1}, {1, 2})}, {.transpose_a = true}, tensor({3, 1}, {9, 12, 15})}};
}

constexpr AttributeInfo kTransposed[] = {{"transpose_a", &Attributes::transpose_a},
                                         {"transpose_b", &Attributes::transpose_b}};

constexpr Primitive kRows[] = {{.info = {Op::matmul, "matmul", OpClass::product, 2},
                                .attributes = kTransposed,
                                .type = matmul_type,
                                .gradient = {by_a, by_b},
                                .curved = true,
                                .reference = matmul,
                                .share = share_matmul,
                                .multiply_adds = multiply_adds,
                                .samples = samples,
                                .examples = examples}};

}  // namespace

extern const Family matmul_primitives{kRows};

}  // namespace sganc
