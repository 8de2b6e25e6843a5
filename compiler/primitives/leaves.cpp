// Leaves: variables and inputs, constants, indices along an axis, and random numbers.

#include "compiler/primitives/family.h"
#include "runtime/execute/random.h"

namespace sganc {
namespace {

Type declared(const Untyped& n) {
  return n.declared;
}

/// Throws ShapeError unless the leaf is a part of its whole. `low` may be absent.
void require_part(const Untyped& n, const Shape& low, const Shape& whole) {
  const Shape& part = n.declared.shape;
  bool inside = low.empty() || low.size() == part.size();
  inside = inside && (whole.empty() || whole.size() == part.size());
  for (std::size_t i = 0; inside && i < low.size(); ++i)
    inside = low[i] >= 0 && (whole.empty() || low[i] + part[i] <= whole[i]);
  require(inside, std::string(n.op) + ": " + to_string(part) + " from " + to_string(low) + " is no part of " +
                      to_string(whole));
}

Type input_type(const Untyped& n) {
  require_part(n, n.attributes.low, n.attributes.shape);
  return n.declared;
}

Type iota_type(const Untyped& n) {
  const auto& axes = n.attributes.axes;
  require(axes.size() == 1, "iota takes one axis, not " + std::to_string(axes.size()));
  require_axes(axes, n.declared.shape.size(), n.op);
  require_part(n, n.attributes.low, {});
  return n.declared;
}

void iota(const Node& node, Operands, Tensor& result) {
  const auto axis = static_cast<std::size_t>(node.attributes.axes[0]);
  const std::int64_t low = node.attributes.low.empty() ? 0 : node.attributes.low[axis];
  for (std::size_t i = 0; i < result.data.size(); ++i)
    result.data[i] = static_cast<double>(low + index_of(result.shape(), i)[axis]);
}

Type random_type(const Untyped& n) {
  require(n.in[0] == Type{DType::i32, {4}}, "random: the key must be i32[4]");
  require(n.attributes.low.size() == n.attributes.shape.size(), "random: low and shape go together");
  require_part(n, n.attributes.low, n.attributes.shape);
  return n.declared;
}

/// The key's words are {seed low, seed high, step low, step high}; the counter is the element's offset in the
/// whole.
void random(const Node& node, Operands in, Tensor& result) {
  const auto word = [&](std::size_t i) {
    return std::uint64_t{static_cast<std::uint32_t>(static_cast<std::int32_t>(in[0]->data[i]))};
  };
  const RandomKey key{word(0) | word(1) << 32, word(2) | word(3) << 32};
  const auto stream = static_cast<std::uint32_t>(node.attributes.stream);
  const Shape &low = node.attributes.low, &whole = node.attributes.shape;
  for (std::size_t i = 0; i < result.data.size(); ++i) {
    std::size_t offset = i;
    if (!whole.empty()) {
      Shape at = index_of(result.shape(), i);
      for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] += low[axis];
      offset = offset_of(whole, at);
    }
    result.data[i] = drawn_uniform(key, stream, static_cast<std::uint32_t>(offset));
  }
}

Samples random_samples() {
  const PrimitiveSample::Operand key{{DType::i32, {4}}, Numbers::key};
  return {{{key}, {.stream = 3}, {DType::f32, {}}, 0},
          {{key}, {.stream = 0}, {DType::f32, {3, 5}}, 0},
          {{key}, {.stream = 1000}, {DType::f32, {40, 1000}}, 0},
          {{key}, {.stream = 4, .shape = {70, 33}, .low = {7, 0}}, {DType::f32, {21, 33}}, 0},
          {{key}, {.stream = 4, .shape = {5, 9, 33}, .low = {2, 4, 0}}, {DType::f32, {3, 5, 33}}, 0}};
}

Examples random_examples() {
  return {{{tensor({4}, {0, 0, 0, 0}, DType::i32)}, {.stream = 0}, tensor({}, {0x6627e8 * 0x1p-24})},
          {{tensor({4}, {-1, 2, 3, 0}, DType::i32)},
           {.stream = 5},
           tensor({3, 1}, {16324663 * 0x1p-24, 4216316 * 0x1p-24, 1810647 * 0x1p-24})},
          {{tensor({4}, {-1, 2, 3, 0}, DType::i32)},
           {.stream = 5, .shape = {3, 1}, .low = {1, 0}},
           tensor({2, 1}, {4216316 * 0x1p-24, 1810647 * 0x1p-24})}};
}

constexpr AttributeInfo kName[] = {{"name", &Attributes::name}};
constexpr AttributeInfo kValue[] = {{"value", &Attributes::value}};
constexpr AttributeInfo kNameAndPart[] = {
    {"name", &Attributes::name}, {"low", &Attributes::low, true}, {"shape", &Attributes::shape, true}};
constexpr AttributeInfo kAxesAndPart[] = {{"axes", &Attributes::axes}, {"low", &Attributes::low, true}};
constexpr AttributeInfo kStreamAndPart[] = {
    {"stream", &Attributes::stream}, {"low", &Attributes::low, true}, {"shape", &Attributes::shape, true}};

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
     .attributes = kNameAndPart,
     .type = input_type,
     .samples =
         [] {
           return Samples{{{}, {.name = "x"}, {DType::f32, {5}}},
                          {{}, {.name = "x", .shape = {7, 2}, .low = {3, 0}}, {DType::f32, {4, 2}}}};
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
     .attributes = kAxesAndPart,
     .type = iota_type,
     .reference = iota,
     .samples =
         [] {
           return Samples{{{}, {.axes = {0}}, {DType::f32, {5, 3}}},
                          {{}, {.axes = {2}}, {DType::f32, {2, 3, 20}}},
                          {{}, {.axes = {0}, .low = {7, 0}}, {DType::f32, {5, 3}}}};
         },
     .examples =
         [] {
           return Examples{{{}, {.axes = {0}}, tensor({2, 3}, {0, 0, 0, 1, 1, 1})},
                           {{}, {.axes = {1}}, tensor({2, 3}, {0, 1, 2, 0, 1, 2})},
                           {{}, {.axes = {1}, .low = {0, 5}}, tensor({2, 3}, {5, 6, 7, 5, 6, 7})}};
         }},

    {.info = {Op::random, "random", OpClass::leaf, 1},
     .attributes = kStreamAndPart,
     .type = random_type,
     .reference = random,
     .samples = random_samples,
     .examples = random_examples},
};

}  // namespace

extern const Family leaf_primitives{kRows};

}  // namespace sganc
