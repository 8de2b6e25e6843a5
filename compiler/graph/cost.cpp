#include "compiler/graph/cost.h"

namespace sganc {

std::int64_t multiply_adds(const Function& f, const Node& n) {
  if (info(n.op).kind != OpClass::product) return 0;
  const Type &a = f.node(n.operands[0]).type, &b = f.node(n.operands[1]).type;
  if (n.op == Op::matmul) return n.type.elements() * a.shape[n.attributes.transpose_a ? 0 : 1];
  const Type& w = n.op == Op::conv_backward_weights ? n.type : b;
  const Type& y = n.op == Op::conv ? n.type : n.op == Op::conv_backward_data ? a : b;
  return y.elements() * w.shape[1] * w.shape[2] * w.shape[3];
}

}  // namespace sganc
