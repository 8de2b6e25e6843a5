#include "compiler/driver/suggested_spread.h"

namespace sganc {

DeclaredSpread suggested_spread(const Model& model) {
  if (!model.spreads.empty()) return model.spreads.back();
  const DeclaredNet* net = model.net(model.evaluate.classifier.value);
  if (!net)
    throw UserError{{{},
                     "the model of this run declares neither a spread nor a classifier",
                     "a spread says which nets tell how alike two images are"}};
  while (net->of.size() == 1 && model.net(net->of[0].value)) net = model.net(net->of[0].value);
  const Located<std::string> name{net->name, net->where};
  return {.name = "suggest", .features = {{name, 1}}, .standardize = {name}, .where = net->where};
}

}  // namespace sganc
