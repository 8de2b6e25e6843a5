// Arithmetic on elements.

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

Type numbers_or_counts(const Untyped& n) {
  return pointwise_type(n, true);
}

Value by_first_factor(Builder& b, Value n, Value dy) {
  return b.multiply(dy, operand(b, n, 1));
}
Value by_second_factor(Builder& b, Value n, Value dy) {
  return b.multiply(dy, operand(b, n, 0));
}
Value by_dividend(Builder& b, Value n, Value dy) {
  return b.divide(dy, operand(b, n, 1));
}
/// d (a / c) / dc = -(a / c) / c
Value by_divisor(Builder& b, Value n, Value dy) {
  return b.negate(b.divide(b.multiply(dy, n), operand(b, n, 1)));
}

constexpr Primitive kRows[] = {
    {.info = {Op::negate, "negate", OpClass::pointwise, 1},
     .type = numbers_of_one_shape,
     .gradient = {negated},
     .element = [](const double* x) { return -x[0]; },
     .share = share_sums,
     .samples = of_any,
     .examples = [] { return example(vector(-1.5, 2), vector(1.5, -2)); }},

    {.info = {Op::add, "add", OpClass::pointwise, 2},
     .type = numbers_or_counts,
     .gradient = {passed, passed},
     .element = [](const double* x) { return x[0] + x[1]; },
     .share = share_sums,
     .samples = of_any_two,
     .examples = [] { return example(vector(11, -18), vector(1, 2), vector(10, -20)); }},

    {.info = {Op::subtract, "subtract", OpClass::pointwise, 2},
     .type = numbers_or_counts,
     .gradient = {passed, negated},
     .element = [](const double* x) { return x[0] - x[1]; },
     .share = share_sums,
     .samples = of_any_two,
     .examples = [] { return example(vector(-9, 22), vector(1, 2), vector(10, -20)); }},

    {.info = {Op::multiply, "multiply", OpClass::pointwise, 2},
     .type = numbers_of_one_shape,
     .gradient = {by_first_factor, by_second_factor},
     .curved = true,
     .element = [](const double* x) { return x[0] * x[1]; },
     .share = share_products,
     .samples = of_any_two,
     .examples = [] { return example(vector(10, -40), vector(1, 2), vector(10, -20)); }},

    {.info = {Op::divide, "divide", OpClass::pointwise, 2},
     .type = numbers_of_one_shape,
     .gradient = {by_dividend, by_divisor},
     .curved = true,
     .element = [](const double* x) { return x[0] / x[1]; },
     .share = share_quotients,
     .samples = [] { return pointwise_samples(Numbers::any, Numbers::positive); },
     .examples = [] { return example(vector(0.1, -0.1), vector(1, 2), vector(10, -20)); }},
};

}  // namespace

extern const Family arithmetic_primitives{kRows};

}  // namespace sganc
