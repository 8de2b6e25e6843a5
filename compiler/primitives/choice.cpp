// Primitives that choose between elements, and comparisons, whose results are 1 or 0.

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

Value zeros(Builder& b, Value like) {
  return b.like(like, 0.0);
}

/// For equal operands, the second one gets the gradient.
Value by_greater(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 0), operand(b, n, 1)), dy, zeros(b, dy));
}
Value by_not_greater(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 0), operand(b, n, 1)), zeros(b, dy), dy);
}
/// min(a, c) is a if c > a, else c.
Value by_smaller(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 1), operand(b, n, 0)), dy, zeros(b, dy));
}
Value by_not_smaller(Builder& b, Value n, Value dy) {
  return b.select(b.greater(operand(b, n, 1), operand(b, n, 0)), zeros(b, dy), dy);
}

Value by_chosen(Builder& b, Value n, Value dy) {
  return b.select(operand(b, n, 0), dy, zeros(b, dy));
}
Value by_not_chosen(Builder& b, Value n, Value dy) {
  return b.select(operand(b, n, 0), zeros(b, dy), dy);
}

void select(const Node&, Operands in, Tensor& result) {
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = in[in[0]->data[i] == 0 ? 2 : 1]->data[i];
}

constexpr Primitive kRows[] = {
    {.info = {Op::maximum, "maximum", OpClass::pointwise, 2},
     .type = numbers_of_one_shape,
     .gradient = {by_greater, by_not_greater},
     .element = [](const double* x) { return std::max(x[0], x[1]); },
     .share = share_elements,
     .samples = of_any_two,
     .examples = [] { return example(vector(10, 2), vector(1, 2), vector(10, -20)); }},

    {.info = {Op::minimum, "minimum", OpClass::pointwise, 2},
     .type = numbers_of_one_shape,
     .gradient = {by_smaller, by_not_smaller},
     .element = [](const double* x) { return std::min(x[0], x[1]); },
     .share = share_elements,
     .samples = of_any_two,
     .examples = [] { return example(vector(1, -20), vector(1, 2), vector(10, -20)); }},

    {.info = {Op::greater, "greater", OpClass::pointwise, 2},
     .type = numbers_of_one_shape,
     .element = [](const double* x) { return x[0] > x[1] ? 1.0 : 0.0; },
     .share = share_elements,
     .samples = of_any_two,
     .examples = [] { return example(vector(0, 0, 1), vector(1, 2, 3), vector(2, 2, 2)); }},

    {.info = {Op::equal, "equal", OpClass::pointwise, 2},
     .type = numbers_of_one_shape,
     .element = [](const double* x) { return x[0] == x[1] ? 1.0 : 0.0; },
     .share = share_elements,
     .samples = [] { return pointwise_samples(Numbers::small, Numbers::small); },
     .examples = [] { return example(vector(0, 1, 0), vector(1, 2, 3), vector(2, 2, 2)); }},

    {.info = {Op::select, "select", OpClass::pointwise, 3},
     .type = numbers_of_one_shape,
     .gradient = {nullptr, by_chosen, by_not_chosen},
     .reference = select,
     .share = share_choices,
     .samples = [] { return pointwise_samples(Numbers::flags, Numbers::any, Numbers::any); },
     .examples =
         [] { return example(vector(4, 2, 3), vector(0, 1, -0.5), vector(1, 2, 3), vector(4, 5, 6)); }},
};

}  // namespace

extern const Family choice_primitives{kRows};

}  // namespace sganc
