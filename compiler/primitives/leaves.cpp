// Leaves: variables and inputs, constants, indices along an axis, and random numbers.

#include "compiler/primitives/family.h"
#include "runtime/execute/random.h"

namespace sganc {
namespace {

Type declared(const Untyped& n) {
  return n.declared;
}

Type iota_type(const Untyped& n) {
  const auto& axes = n.attributes.axes;
  require(axes.size() == 1, "iota takes one axis, not " + std::to_string(axes.size()));
  require_axes(axes, n.declared.shape.size(), n.op);
  return n.declared;
}

void iota(const Node& node, Operands, Tensor& result) {
  const auto axis = static_cast<std::size_t>(node.attributes.axes[0]);
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = static_cast<double>(index_of(result.shape(), i)[axis]);
}

Type random_type(const Untyped& n) {
  require(n.in[0] == Type{DType::i32, {4}}, "random: the key must be i32[4]");
  return n.declared;
}

/// The key's words are {seed low, seed high, step low, step high}; the counter is the element's offset.
void random(const Node& node, Operands in, Tensor& result) {
  const auto word = [&](std::size_t i) {
    return std::uint64_t{static_cast<std::uint32_t>(static_cast<std::int32_t>(in[0]->data[i]))};
  };
  const RandomKey key{word(0) | word(1) << 32, word(2) | word(3) << 32};
  const auto stream = static_cast<std::uint32_t>(node.attributes.stream);
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = drawn_uniform(key, stream, static_cast<std::uint32_t>(i));
}

Samples random_samples() {
  const PrimitiveSample::Operand key{{DType::i32, {4}}, Numbers::key};
  return {{{key}, {.stream = 3}, {DType::f32, {}}, 0},
          {{key}, {.stream = 0}, {DType::f32, {3, 5}}, 0},
          {{key}, {.stream = 1000}, {DType::f32, {40, 1000}}, 0}};
}

Examples random_examples() {
  return {{{tensor({4}, {0, 0, 0, 0}, DType::i32)}, {.stream = 0}, tensor({}, {0x6627e8 * 0x1p-24})},
          {{tensor({4}, {-1, 2, 3, 0}, DType::i32)},
           {.stream = 5},
           tensor({3, 1}, {16324663 * 0x1p-24, 4216316 * 0x1p-24, 1810647 * 0x1p-24})}};
}

constexpr AttributeInfo kName[] = {{"name", &Attributes::name}};
constexpr AttributeInfo kValue[] = {{"value", &Attributes::value}};
constexpr AttributeInfo kAxes[] = {{"axes", &Attributes::axes}};
constexpr AttributeInfo kStream[] = {{"stream", &Attributes::stream}};

constexpr Primitive kRows[] = {
    {.info = {Op::variable, "variable", OpClass::leaf, 0},
     .attributes = kName,
     .type = declared,
     .samples =
         [] {
           return Samples{{{}, {.name = "v"}, {DType::f32, {2, 3}}}};
         },
     .examples =
         [] {
           return Examples{{{}, {.name = "v"}, tensor({2}, {0.25, -3})}};
         }},

    {.info = {Op::input, "input", OpClass::leaf, 0},
     .attributes = kName,
     .type = declared,
     .samples =
         [] {
           return Samples{{{}, {.name = "x"}, {DType::f32, {5}}}};
         },
     .examples =
         [] {
           return Examples{{{}, {.name = "x"}, tensor({3}, {0, 7, 255}, DType::u8)}};
         }},

    {.info = {Op::constant, "constant", OpClass::leaf, 0},
     .attributes = kValue,
     .type = declared,
     .reference = [](const Node& n, Operands, Tensor& y) { y = filled(y.type, n.attributes.value); },
     .samples =
         [] {
           return Samples{{{}, {.value = 0.1}, {DType::f32, {}}},
                          {{}, {.value = -3e-5}, {DType::f32, {3, 21}}}};
         },
     .examples =
         [] {
           return Examples{{{}, {.value = 0.1}, tensor({1, 2}, {0.1, 0.1})}};
         }},

    {.info = {Op::iota, "iota", OpClass::leaf, 0},
     .attributes = kAxes,
     .type = iota_type,
     .reference = iota,
     .samples =
         [] {
           return Samples{{{}, {.axes = {0}}, {DType::f32, {5, 3}}},
                          {{}, {.axes = {2}}, {DType::f32, {2, 3, 20}}}};
         },
     .examples =
         [] {
           return Examples{{{}, {.axes = {0}}, tensor({2, 3}, {0, 0, 0, 1, 1, 1})},
                           {{}, {.axes = {1}}, tensor({2, 3}, {0, 1, 2, 0, 1, 2})}};
         }},

    {.info = {Op::random, "random", OpClass::leaf, 1},
     .attributes = kStream,
     .type = random_type,
     .reference = random,
     .samples = random_samples,
     .examples = random_examples},
};

}  // namespace

extern const Family leaf_primitives{kRows};

}  // namespace sganc
