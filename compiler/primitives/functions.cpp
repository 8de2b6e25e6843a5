// Functions of one element.

#include <cmath>
#include <limits>
#include <numbers>

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Value by_exp(Builder& b, Value n, Value dy) {
  return b.multiply(dy, n);
}
Value by_log(Builder& b, Value n, Value dy) {
  return b.divide(dy, operand(b, n, 0));
}
Value by_sqrt(Builder& b, Value n, Value dy) {
  return b.divide(b.multiply(dy, 0.5), n);
}
Value by_tanh(Builder& b, Value n, Value dy) {
  return b.multiply(dy, b.subtract(1.0, b.multiply(n, n)));
}
/// d cos x / dx = -sin x = cos(x + pi / 2)
Value by_cos(Builder& b, Value n, Value dy) {
  return b.multiply(dy, b.cos(b.add(operand(b, n, 0), 1.57079632679489662)));
}

Samples of_positive() {
  return pointwise_samples(Numbers::positive);
}

/// An f32 becomes a whole number by rounding towards zero; a number out of range becomes the nearest end of
/// the range, and NaN becomes 0. An i32 becomes a u8 by keeping its low 8 bits. All other conversions keep
/// the value.
double converted(double x, DType from, DType to) {
  if (to == DType::f32 || from == to) return x;
  if (from == DType::i32 && to == DType::u8) return static_cast<std::uint8_t>(static_cast<std::int32_t>(x));
  if (from == DType::u8) return x;
  const double whole = std::trunc(static_cast<float>(x));
  if (std::isnan(whole)) return 0;
  return to == DType::u8 ? std::clamp(whole, 0.0, 255.0) : std::clamp(whole, -2147483648.0, 2147483647.0);
}

void convert(const Node&, Operands in, Tensor& result) {
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = converted(in[0]->data[i], in[0]->type.dtype, result.type.dtype);
}

Samples convert_samples() {
  return {{{whole({7, 3, 5}, DType::u8)}, {.dtype = DType::f32}},
          {{whole({6})}, {.dtype = DType::f32}},
          {{whole({7, 3, 5}, DType::u8)}, {.dtype = DType::i32}},
          {{f32({3, 7})}, {.dtype = DType::i32}},
          {{f32({3, 7}, Numbers::positive)}, {.dtype = DType::u8}}};
}

PrimitiveExample converting(DType from, std::vector<double> x, DType to, std::vector<double> y) {
  const Shape shape = {std::ssize(x)};
  return {{tensor(shape, std::move(x), from)}, {.dtype = to}, tensor(shape, std::move(y), to)};
}

Examples convert_examples() {
  using enum DType;
  return {converting(f32, {0.9, -0.9, 3.5, -3.5, 3e9, -3e9, NAN}, i32,
                     {0, 0, 3, -3, 2147483647, -2147483648.0, 0}),
          converting(f32, {2.99999999999}, i32, {3}),
          converting(f32, {254.9, 256, -1, 1}, u8, {254, 255, 0, 1}),
          converting(i32, {255, 256, 513, -1}, u8, {255, 0, 1, 255}),
          converting(i32, {-7, 16777217}, f32, {-7, 16777217}),
          converting(u8, {0, 255}, i32, {0, 255}),
          converting(u8, {0, 255}, f32, {0, 255})};
}

constexpr AttributeInfo kOfConvert[] = {{"dtype", &Attributes::dtype}};

constexpr Primitive kRows[] = {
    {.info = {Op::exp, "exp", OpClass::pointwise, 1},
     .type = numbers_of_one_shape,
     .gradient = {by_exp},
     .curved = true,
     .element = [](const double* x) { return std::exp(x[0]); },
     .share = share_elements,
     .samples = of_any,
     .examples = [] { return example(vector(1, std::numbers::e, 0), vector(0, 1, -kInfinity)); }},

    {.info = {Op::log, "log", OpClass::pointwise, 1},
     .type = numbers_of_one_shape,
     .gradient = {by_log},
     .curved = true,
     .element = [](const double* x) { return std::log(x[0]); },
     .share = share_elements,
     .samples = of_positive,
     .examples = [] { return example(vector(0, 1, -kInfinity), vector(1, std::numbers::e, 0)); }},

    {.info = {Op::sqrt, "sqrt", OpClass::pointwise, 1},
     .type = numbers_of_one_shape,
     .gradient = {by_sqrt},
     .curved = true,
     .element = [](const double* x) { return std::sqrt(x[0]); },
     .share = share_elements,
     .samples = of_positive,
     .examples = [] { return example(vector(3, std::numbers::sqrt2), vector(9, 2)); }},

    {.info = {Op::tanh, "tanh", OpClass::pointwise, 1},
     .type = numbers_of_one_shape,
     .gradient = {by_tanh},
     .curved = true,
     .element = [](const double* x) { return std::tanh(x[0]); },
     .share = share_elements,
     .samples = of_any,
     .examples =
         [] { return example(vector(0, 1.0 / 3, -1), vector(0, 0.5 * std::numbers::ln2, -kInfinity)); }},

    {.info = {Op::cos, "cos", OpClass::pointwise, 1},
     .type = numbers_of_one_shape,
     .gradient = {by_cos},
     .curved = true,
     .element = [](const double* x) { return std::cos(x[0]); },
     .share = share_elements,
     .samples = of_any,
     .examples =
         [] { return example(vector(1, -1, 0.5), vector(0, std::numbers::pi, std::numbers::pi / 3)); }},

    {.info = {Op::stop_gradient, "stop_gradient", OpClass::pointwise, 1},
     .type = numbers_of_one_shape,
     .reference = [](const Node&, Operands in, Tensor& result) { result.data = in[0]->data; },
     .share = share_sums,
     .samples = of_any,
     .examples = [] { return example(vector(1, -2), vector(1, -2)); }},

    {.info = {Op::convert, "convert", OpClass::pointwise, 1},
     .attributes = kOfConvert,
     .type =
         [](const Untyped& n) {
           return Type{n.attributes.dtype, n.in[0].shape};
         },
     .reference = convert,
     .share = share_elements,
     .samples = convert_samples,
     .examples = convert_examples},
};

}  // namespace

extern const Family function_primitives{kRows};

}  // namespace sganc
