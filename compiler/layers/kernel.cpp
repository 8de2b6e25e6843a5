#include "compiler/layers/kernel.h"

#include <cmath>

namespace sganc {

std::vector<Key> with_kernel_keys(std::vector<Key> own) {
  own.push_back(boolean("bias", "whether a bias is added").defaulting(true));
  own.push_back(text("initializer", "how the kernel begins; the bias begins at zero")
                    .one_of({"glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "normal", "zeros"})
                    .defaulting(std::string("glorot_uniform")));
  own.push_back(number("deviation", "of the initializer \"normal\" (default: 0.05)").from(0).may_be_absent());
  return own;
}

/// Glorot, Bengio 2010; He, Zhang, Ren, Sun 2015. Uniform in +-sqrt(3) deviations.
Initializer kernel_initializer(const Keys& keys, std::int64_t inputs, std::int64_t outputs) {
  const std::string& kind = keys.text("initializer");
  if (kind != "normal" && keys.has("deviation"))
    throw UserError{{keys.where("deviation"),
                     "deviation belongs to initializer = \"normal\", not to \"" + kind + "\"", ""}};
  using Kind = Initializer::Kind;
  const auto in = static_cast<double>(inputs), both = static_cast<double>(inputs + outputs);
  if (kind == "glorot_uniform") return {Kind::uniform, std::sqrt(6.0 / both)};
  if (kind == "glorot_normal") return {Kind::normal, std::sqrt(2.0 / both)};
  if (kind == "he_uniform") return {Kind::uniform, std::sqrt(6.0 / in)};
  if (kind == "he_normal") return {Kind::normal, std::sqrt(2.0 / in)};
  if (kind == "normal") return {Kind::normal, keys.has("deviation") ? keys.number("deviation") : 0.05};
  return {};
}

Value with_bias(LayerContext& c, Value y) {
  if (!c.keys.flag("bias")) return y;
  const Shape shape = c.b.shape(y);
  return c.b.add(y, c.b.broadcast_leading(c.weight("bias", {shape.back()}, {}), shape));
}

}  // namespace sganc
