#include "compiler/layers/layer.h"

namespace sganc {
namespace {

Value softplus(LayerContext& c, Value x) {
  return c.b.softplus(x);
}

}  // namespace

extern const Layer softplus_layer{.name = "softplus",
                                  .description = "log(1 + exp(x)), computed without overflow.",
                                  .build = softplus,
                                  .keys = {},
                                  .samples = {{{2, 5, 5, 3}}, {{3, 7}}},
                                  .is_function = true};

}  // namespace sganc
