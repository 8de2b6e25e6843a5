// Products as steps that oneDNN computes: every convolution and matrix product, in f32 and bf16.

#include <algorithm>

#include "compiler/implementations/implementation.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

std::string why(const ProductRequest& r) {
  const Attributes& a = r.product.node.attributes;
  if (!r.product.is_convolution()) return "a matrix product";
  if (a.groups > 1) return "groups = " + std::to_string(a.groups);
  if (a.dilations != Attributes{}.dilations) return "dilation = " + to_string(Shape(a.dilations));
  const Shape w = r.product.geometry().w;
  if (std::min(w[0], w[1]) > r.schedule.few_channels)
    return "both sides have more than " + counted(r.schedule.few_channels, "channel");
  return "schedule " + r.schedule.name + " leaves few_channels out";
}

std::optional<ProductPlan> plan(const ProductRequest& r) {
  const bool fast = r.kernel_in_bf16() || r.has_amx();
  return ProductPlan{.precision = r.precision, .cost = fast ? kOneDnnCostInBf16 : 1, .why = why(r)};
}

}  // namespace

extern const Implementation onednn_implementation{.name = "onednn",
                                                  .title = "onednn",
                                                  .takes = "every product",
                                                  .bf16 = true,
                                                  .sums_x = true,
                                                  .sums_y = true,
                                                  .plan = plan};

}  // namespace sganc
