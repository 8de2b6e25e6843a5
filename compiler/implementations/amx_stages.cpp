#include "compiler/implementations/amx_stages.h"

#include <algorithm>

namespace sganc {

using Halide::Func;
using Halide::Var;

Func tile_sums(const Func& a, const Func& b, const TileProducts& products, const std::vector<Var>& dims) {
  const auto numbers = products.numbers();
  Halide::Buffer<std::int32_t> list(static_cast<int>(numbers.size()));
  std::ranges::copy(numbers, list.begin());
  Func sum("sum");
  sum.define_extern("sganc_multiply_tiles", {a, b, list}, Halide::Float(32), dims);
  return sum;
}

Func transposed_planes(const Func& padded, int channels, int pixels, int planes) {
  Func transposed("transposed");
  transposed.define_extern("sganc_transpose_planes", {padded, channels, pixels, planes}, Halide::BFloat(16),
                           {Var("m"), Var("row"), Var("n")});
  return transposed;
}

Func pairs_of_channels(const Func& padded, int channels, int pixels) {
  Func pairs("pairs");
  pairs.define_extern("sganc_pair_channels", {padded, channels, pixels}, Halide::BFloat(16),
                      {Var("p"), Var("j"), Var("row"), Var("n")});
  return pairs;
}

}  // namespace sganc
