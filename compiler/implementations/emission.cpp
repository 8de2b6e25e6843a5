#include "compiler/implementations/emission.h"

#include <stdexcept>

namespace sganc {

using Halide::Expr;
using Halide::Func;

Halide::RDom domain(const std::vector<std::pair<std::string, int>>& extents) {
  std::vector<Halide::Internal::ReductionVariable> variables;
  for (const auto& [name, extent] : extents) variables.push_back({name, 0, extent});
  return Halide::RDom(Halide::Internal::ReductionDomain(variables));
}

Factors factors_of(Precision precision) {
  return precision == Precision::bf16 ? Factors{2, Halide::BFloat(16)} : Factors{};
}

Expr product_in_f32(const Expr& a, const Expr& b) {
  return Halide::cast<float>(a) * Halide::cast<float>(b);
}

Expr pixel_or_zero(const Func& image, const Expr& k, const Expr& x, const Expr& y, const Expr& n, int width,
                   int height) {
  return Halide::select(x >= 0 && x < width && y >= 0 && y < height,
                        image(k, Halide::clamp(x, 0, width - 1), Halide::clamp(y, 0, height - 1), n), 0.0f);
}

Func output_of(const std::vector<Expr>& values, const std::vector<Halide::Var>& dims) {
  if (values.empty()) throw std::logic_error("an epilogue gives no expression");
  Func output("output");
  if (values.size() == 1)
    output(dims) = values[0];
  else
    output(dims) = Halide::Tuple(values);
  return output;
}

}  // namespace sganc
