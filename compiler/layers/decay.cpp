// Which weights decay.

#include "compiler/layers/layer.h"

namespace sganc {

bool decays(OptimizerContext& c, Value weight) {
  return c.keys.text("decay_of") == "all" || c.b.shape(weight).size() > 1;
}

Key decay_of_key() {
  return text("decay_of",
              "all: every weight decays; kernels: those with two axes or more, no biases and gains")
      .one_of({"all", "kernels"})
      .defaulting(std::string("all"));
}

}  // namespace sganc
