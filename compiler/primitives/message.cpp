// Sums over all ranks, the processes that train together. The reference here is that of one rank; the
// interpreter sums over several.

#include "compiler/primitives/family.h"

namespace sganc {
namespace {

Type all_reduce_type(const Untyped& n) {
  require(n.in[0].dtype == DType::f32, "all_reduce: the operand must be f32, not " + to_string(n.in[0]));
  return n.in[0];
}

/// The sum is its own adjoint: each rank's operand changes the results of all ranks.
Value by_part(Builder& b, Value, Value dy) {
  return b.all_reduce(dy);
}

Samples samples() {
  return {{{f32({})}}, {{f32({40, 1000})}}, {{f32({3, 5, 7})}}};
}

constexpr Primitive kRows[] = {
    {.info = {Op::all_reduce, "all_reduce", OpClass::message, 1},
     .type = all_reduce_type,
     .gradient = {by_part},
     .reference = [](const Node&, Operands in, Tensor& result) { result.data = in[0]->data; },
     .samples = samples,
     .examples = [] { return example(vector(1, -2), vector(1, -2)); }},
};

}  // namespace

extern const Family message_primitives{kRows};

}  // namespace sganc
