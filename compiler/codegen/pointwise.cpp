#include <numbers>
#include <stdexcept>

#include "compiler/codegen/expression.h"

namespace sganc {
namespace {

using Halide::cast;
using Halide::Expr;
using Halide::select;

/// tanh: a polynomial near zero (the coefficients of Cephes' tanhf), and by exp elsewhere.
Expr tanh_of(const Expr& x) {
  const Expr z = x * x;
  const Expr small =
      x +
      x * z *
          ((((-5.70498872745e-3f * z + 2.06390887954e-2f) * z - 5.37397155531e-2f) * z + 1.33314422036e-1f) *
               z -
           3.33332819422e-1f);
  const Expr t = Halide::Internal::halide_exp(-2.0f * abs(x));
  const Expr large = select(x < 0.0f, -1.0f, 1.0f) * (1.0f - t) / (1.0f + t);
  return select(abs(x) < 0.625f, small, large);
}

/// cos: the sine's series on [-pi/2, pi/2] after reduction to one period.
Expr cos_of(const Expr& x) {
  const Expr turns = x * static_cast<float>(0.5 / std::numbers::pi);
  const Expr s = (0.25f - abs(turns - floor(turns + 0.5f))) * static_cast<float>(2 * std::numbers::pi);
  const Expr z = s * s;
  return s * (1.0f + z * (-1.0f / 6 + z * (1.0f / 120 + z * (-1.0f / 5040 +
                                                             z * (1.0f / 362880 - z * (1.0f / 39916800))))));
}

/// Converts f32 to whole numbers, clamped to their range; i32 to u8 by taking the low 8 bits.
Expr converted(const Expr& x, DType to) {
  const bool real = x.type().is_float();
  if (to == DType::f32) return cast<float>(x);
  if (to == DType::i32) return real ? Halide::saturating_cast<std::int32_t>(x) : cast<std::int32_t>(x);
  return real ? Halide::saturating_cast<std::uint8_t>(x) : cast<std::uint8_t>(x);
}

}  // namespace

Expr pointwise(const Node& node, const std::vector<Expr>& x) {
  switch (node.op) {
    case Op::negate:
      return -x[0];
    case Op::exp:
      return Halide::Internal::halide_exp(x[0]);
    case Op::log:
      return Halide::Internal::halide_log(x[0]);
    case Op::sqrt:
      return Halide::sqrt(x[0]);
    case Op::tanh:
      return tanh_of(x[0]);
    case Op::cos:
      return cos_of(x[0]);
    case Op::stop_gradient:
      return x[0];
    case Op::convert:
      return converted(x[0], node.type.dtype);
    case Op::add:
      return x[0] + x[1];
    case Op::subtract:
      return x[0] - x[1];
    case Op::multiply:
      return x[0] * x[1];
    case Op::divide:
      return x[0] / x[1];
    case Op::maximum:
      return max(x[0], x[1]);
    case Op::minimum:
      return min(x[0], x[1]);
    case Op::greater:
      return select(x[0] > x[1], 1.0f, 0.0f);
    case Op::equal:
      return select(x[0] == x[1], 1.0f, 0.0f);
    case Op::select:
      return select(x[0] != 0.0f, x[1], x[2]);
    default:
      throw std::logic_error("no expression for " + std::string(info(node.op).name));
  }
}

/// Philox4x32-10 as in runtime/execute/random.h; a word of it gives 24 bits. Words are the low halves of
/// 64-bit lanes, which multiply as they are (vpmuludq) and shift their high halves down. Bits above a word
/// are not cleared. Normal numbers of 100 x 1000 by 2 threads: 0.28 ms with 32-bit lanes, 0.21 with these,
/// and 0.16 with two numbers of a block.
Expr drawn_uniform(const std::vector<Expr>& key, std::int64_t stream, Expr index) {
  const auto lane = [](const Expr& e) { return cast<std::uint64_t>(e); };
  const auto word = [&](const Expr& e) { return lane(cast<std::uint32_t>(e)); };
  const Expr low = Halide::Internal::make_const(Halide::UInt(64), 0xFFFFFFFFu);
  const auto times = [&](std::uint32_t a, const Expr& b) { return (b & low) * lane(Expr(a)); };
  Expr c[4] = {word(index), lane(Expr(static_cast<std::uint32_t>(stream / 2))), word(key[2]), word(key[3])};
  Expr k[2] = {word(key[0]), word(key[1])};
  for (int round = 0; round < 10; ++round) {
    const Expr a = times(0xD2511F53u, c[0]), b = times(0xCD9E8D57u, c[2]);
    const Expr next[4] = {(b >> 32) ^ c[1] ^ k[0], b, (a >> 32) ^ c[3] ^ k[1], a};
    for (int i = 0; i < 4; ++i) c[i] = next[i];
    k[0] = k[0] + lane(Expr(0x9E3779B9u));
    k[1] = k[1] + lane(Expr(0xBB67AE85u));
  }
  const Expr bits = cast<std::int32_t>(cast<std::uint32_t>(c[stream % 2]) >> 8);
  // strict: LLVM would move the factor out of a power of this number, and the power of 2^24 would overflow
  return Halide::strict_float(cast<float>(bits) * 0x1p-24f);
}

}  // namespace sganc
