#pragma once
// A model so small that all that is said of it can be written down.

#include <gtest/gtest.h>

#include <string>

#include "compiler/inspect/summary.h"
#include "compiler/layers/table.h"

namespace sganc::testing {

inline const std::string kTinyModel = R"toml(name = "tiny"
[input]
image = [6, 6, 1]
latent = { size = 2 }
[net.generator]
of = "latent"
layers = [{ kind = "dense", units = 36 }, { kind = "reshape", shape = [6, 6, 1] }]
[net.trunk]
of = "image"
layers = [
  { kind = "conv", name = "stem", filters = 4, kernel = [3, 1], stride = 2 },
  { kind = "leaky_relu" },
  { kind = "dropout", rate = 0 },
  { kind = "flatten" },
]
[net.classifier]
of = "trunk"
layers = [{ kind = "dense", units = 10, bias = false }, { kind = "softmax" }]
[net.critic]
of = "trunk"
layers = [{ kind = "logsumexp" }, { kind = "sigmoid" }]
[net.spare]
of = "image"
layers = [{ kind = "conv_transpose", filters = 2, kernel = 3, stride = [2, 1] }]
[optimizer]
a = { kind = "adam", rate = 0.1 }
s = { kind = "sgd", rate = 0.5 }
idle = { kind = "adam", rate = 0.1 }
[[update]]
name = "c"
draw = { x = "labeled 4" }
minimize = "cross_entropy(classifier(x), label(x))"
train = ["trunk", "classifier"]
optimizer = "a"
[[update]]
name = "d"
draw = { x = "unlabeled 4", z = "latent 4" }
minimize = "bce(critic(x), 1) + bce(critic(generator(z)), 0)"
train = ["trunk"]
optimizer = "a"
[[update]]
name = "g"
draw = { z = "latent 8" }
minimize = "bce(critic(generator(z)), 1)"
train = ["generator"]
optimizer = "s"
)toml";

/// Returns the facts of a model that has no mistake.
inline ModelSummary summary_of(const std::string& text) {
  Diagnostics diagnostics;
  const auto model = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  const auto summary = model ? summarize(*model, diagnostics) : ModelSummary();
  for (const auto& mistake : diagnostics.items()) ADD_FAILURE() << mistake.message;
  return summary;
}

}  // namespace sganc::testing
