#include "runtime/execute/initialize.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace sganc {
namespace {

template <typename T>
std::span<T> as(std::span<std::byte> bytes) {
  return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
}

template <typename Number>
void fill_indexed(std::span<float> values, Number number) {
  const auto count = static_cast<std::int64_t>(values.size());
#pragma omp parallel for schedule(static) if (count > 4096)
  for (std::int64_t i = 0; i < count; ++i)
    values[static_cast<std::size_t>(i)] = static_cast<float>(number(static_cast<std::uint32_t>(i)));
}

template <typename T>
void fill_constant(double value, std::span<std::byte> bytes) {
  std::ranges::fill(as<T>(bytes), static_cast<T>(value));
}

void fill_constant(DType dtype, double value, std::span<std::byte> bytes) {
  switch (dtype) {
    case DType::f32:
      return fill_constant<float>(value, bytes);
    case DType::i32:
      return fill_constant<std::int32_t>(value, bytes);
    case DType::u8:
      return fill_constant<std::uint8_t>(value, bytes);
    case DType::bf16:
      throw std::logic_error("a variable in bf16");
  }
}

}  // namespace

double random_normal(RandomKey key, std::uint32_t stream, std::uint32_t index) {
  const PhiloxBlock block = random_block(key, stream, index);
  const double radius = std::sqrt(-2 * std::log((block[0] + 1.0) * 0x1p-32));
  return radius * std::cos(2 * std::numbers::pi * (block[1] * 0x1p-32));
}

void initialize(const VariableSlot& slot, std::uint64_t seed, std::span<std::byte> bytes) {
  const Initializer& how = slot.initializer;
  const bool random = how.kind == Initializer::Kind::uniform || how.kind == Initializer::Kind::normal;
  if (random && slot.dtype != DType::f32)
    throw std::logic_error("variable '" + slot.name + "' begins at random but is not f32");
  const RandomKey key{seed, 0};
  const std::uint32_t stream = stream_of(slot.name.c_str());
  switch (how.kind) {
    case Initializer::Kind::zeros:
      return fill_constant(slot.dtype, 0, bytes);
    case Initializer::Kind::constant:
      return fill_constant(slot.dtype, how.scale, bytes);
    case Initializer::Kind::uniform:
      return fill_indexed(as<float>(bytes), [&](std::uint32_t i) {
        return (2.0 * random_uniform(key, stream, i) - 1.0) * how.scale;
      });
    case Initializer::Kind::normal:
      return fill_indexed(as<float>(bytes),
                          [&](std::uint32_t i) { return random_normal(key, stream, i) * how.scale; });
  }
}

}  // namespace sganc
