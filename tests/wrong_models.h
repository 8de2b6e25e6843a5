#pragma once
// A complete model in the words of the compiler, to be varied, and all that is said about a wrong one.

#include "compiler/gradient/gradient.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"
#include "tests/language_testing.h"

namespace sganc::testing {

inline const std::string kRightModel = R"toml(name = "m"
[input]
image = [8, 8, 1]
z = { size = 4 }
y = { classes = 10 }
[net.trunk]
of = "image"
layers = [
  { kind = "conv", filters = 4, kernel = 3 },
  { kind = "relu" },
  { kind = "flatten" },
  { kind = "dense", units = 10 },
]
[net.classifier]
of = "trunk"
layers = [{ kind = "softmax" }]
[net.critic]
of = "trunk"
layers = [{ kind = "logsumexp" }, { kind = "sigmoid" }]
[net.generator]
of = ["z", "y"]
layers = [
  { kind = "concat" },
  { kind = "dense", units = 64 },
  { kind = "reshape", shape = [8, 8, 1] },
]
[optimizer]
adam = { kind = "adam", rate = 2e-4 }
[[update]]
name = "c"
draw = { x = "labeled 20" }
minimize = "cross_entropy(classifier(x), label(x))"
train = ["trunk"]
optimizer = "adam"
[[update]]
name = "g"
draw = { p = "z 20", k = "y 20" }
minimize = "bce(critic(generator(p, k)), 1)"
train = ["generator"]
optimizer = "adam"
)toml";

/// Returns the model with its first `from` replaced by `to`.
inline std::string but(const std::string& from, const std::string& to, std::string text = kRightModel) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("but: no such text: " + from);
  return text.replace(at, from.size(), to);
}

/// Returns all that is said about the model, up to its gradients, or "" if it is right.
inline std::string complaint_about(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Diagnostics diagnostics;
  const auto model = parse_model(text, "model.toml", overrides, vocabulary(), diagnostics);
  if (!model) return printed(diagnostics);
  Module module = build_module(*model, diagnostics);
  add_training(module, *model, diagnostics);
  return printed(diagnostics);
}

inline void expect_complaints(const std::vector<WrongModel>& models) {
  for (const auto& [what, text, output] : models) {
    SCOPED_TRACE(what);
    EXPECT_EQ(complaint_about(text), output);
  }
}

}  // namespace sganc::testing
