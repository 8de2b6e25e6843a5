#include "compiler/export/onnx/batched.h"

#include <cmath>
#include <numeric>

namespace sganc {
namespace {

/// The attributes without those that may depend on the batch.
Attributes without_extents(Attributes a) {
  a.shape.clear();
  a.value = 0;
  return a;
}

}  // namespace

void refuse(const Node& node, const std::string& reason) {
  throw UserError{{node.origin.where, "ONNX cannot say " + node.origin.part + ": " + reason, ""}};
}

Batched::Batched(const BuiltFor& first, const BuiltFor& second) : first_(first), second_(second) {
  const auto &nodes = first.function.nodes, &others = second.function.nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& n = nodes[i];
    if (i >= others.size() || n.op != others[i].op || n.operands != others[i].operands ||
        without_extents(n.attributes) != without_extents(others[i].attributes))
      refuse(n, "its graph depends on the size of the batch");
  }
}

Extents Batched::extents(Value v) const {
  const Shape &first = node(v).type.shape, &second = second_.function.node(v).type.shape;
  Extents extents;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] == second[i]) {
      extents.push_back({.number = first[i]});
      continue;
    }
    if (first[i] * second_.batch != second[i] * first_.batch)
      refuse(node(v), "an extent is no multiple of the batch");
    const std::int64_t common = std::gcd(first[i], first_.batch);
    extents.push_back({.numerator = first[i] / common, .denominator = first_.batch / common});
  }
  return extents;
}

std::optional<double> Batched::times_batch(Value constant) const {
  const double first = node(constant).attributes.value,
               second = second_.function.node(constant).attributes.value;
  if (first == second) return {};
  const double all = first * static_cast<double>(first_.batch);
  if (std::abs(all - second * static_cast<double>(second_.batch)) > 1e-9 * std::abs(all))
    refuse(node(constant), "a number depends on the size of the batch");
  return all;
}

}  // namespace sganc
