#include "compiler/primitives/cost.h"

#include "compiler/primitives/table.h"

namespace sganc {

std::int64_t multiply_adds(const Function& f, const Node& n) {
  const auto count = primitive(n.op).multiply_adds;
  return count ? count(n, f.node(n.operands[0]).type, f.node(n.operands[1]).type) : 0;
}

}  // namespace sganc
