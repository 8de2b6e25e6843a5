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

GroupedSum sum_by_groups(const std::vector<Halide::Var>& dims, int items, int groups,
                         const std::function<Expr(const Expr& item)>& term) {
  GroupedSum sum{Func("partial"), Func("total")};
  const Halide::Var group("group");
  const int of_group = (items + groups - 1) / groups;
  auto b = domain({{"b", of_group}});
  const Expr item = group * of_group + b[0];
  if (items % groups != 0) b.where(item < items);
  std::vector<Halide::Var> with_group = dims;
  with_group.push_back(group);
  sum.partial(with_group) = 0.0f;
  sum.partial(with_group) += term(item);
  std::vector<Expr> of(dims.begin(), dims.end());
  of.emplace_back(0);
  Expr parts = sum.partial(of);
  for (int i = 1; i < groups; ++i) {
    of.back() = i;
    parts = parts + sum.partial(of);
  }
  sum.total(dims) = parts;
  return sum;
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
