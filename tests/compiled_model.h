#pragma once
// Small semi-supervised GANs of the tutorial's form, and the way from a model's text to its training module.

#include <gtest/gtest.h>

#include <sstream>

#include "compiler/gradient/gradient.h"
#include "compiler/layers/build.h"
#include "compiler/layers/table.h"

namespace sganc {

/// What varies between small models.
struct SmallModel {
  std::string image = "[8, 8, 1]", seed_image = "[2, 2, 20]";
  int seed_units = 80;
  int filters = 20;
  std::string growth = "2";  // the stride of each of the generator's two transposed convolutions
  int channels = 1;
};

/// Adam has an epsilon that is large beside a gradient's rounding errors. Otherwise their sign would decide
/// how a weight moves.
inline std::string text_of(const SmallModel& m) {
  std::string text = R"toml(
name = "small"
[data]
source = "mnist"
range = [-1.0, 1.0]
[input]
image = IMAGE
latent = { size = 7, distribution = "normal" }

[net.generator]
of = "latent"
layers = [
  { kind = "dense", units = SEED_UNITS },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "reshape", shape = SEED_IMAGE },
  { kind = "conv_transpose", filters = FILTERS, kernel = 4, stride = GROWTH },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "conv_transpose", filters = FILTERS, kernel = 4, stride = GROWTH },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "conv", filters = CHANNELS, kernel = 7 },
  { kind = "tanh" },
]
[net.trunk]
of = "image"
layers = [
  { kind = "conv", filters = FILTERS, kernel = 3, stride = 2 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "conv", filters = FILTERS, kernel = 3, stride = 2 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "conv", filters = FILTERS, kernel = 3, stride = 2 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "flatten" },
  { kind = "dropout", rate = 0.4 },
]
[net.logits]
of = "trunk"
layers = [{ kind = "dense", units = 10 }]
[net.classifier]
of = "logits"
layers = [{ kind = "softmax" }]
[net.critic]
of = "logits"
layers = [{ kind = "logsumexp" }, { kind = "sigmoid" }]

[optimizer]
supervised   = { kind = "adam", rate = 1e-2, beta1 = 0.5, epsilon = 1e-3 }
unsupervised = { kind = "adam", rate = 1e-2, beta1 = 0.5, epsilon = 1e-3 }
generator    = { kind = "adam", rate = 1e-2, beta1 = 0.5, epsilon = 1e-3 }

[[update]]
name      = "c"
draw      = { x = "labeled 5" }
minimize  = "cross_entropy(classifier(x), label(x))"
train     = ["trunk", "logits"]
optimizer = "supervised"
[[update]]
name      = "d_real"
draw      = { x = "unlabeled 4" }
minimize  = "bce(critic(x), 1)"
train     = ["trunk", "logits"]
optimizer = "unsupervised"
[[update]]
name      = "d_fake"
draw      = { z = "latent 4" }
minimize  = "bce(critic(generator(z)), 0)"
train     = ["trunk", "logits"]
optimizer = "unsupervised"
[[update]]
name      = "g"
draw      = { z = "latent 6" }
minimize  = "bce(critic(generator(z)), 1)"
train     = ["generator"]
optimizer = "generator"
[train]
epochs = 1
steps_per_epoch = 1
[evaluate]
classifier = "classifier"
generator  = "generator"
)toml";
  const std::pair<std::string, std::string> words[] = {{"IMAGE", m.image},
                                                       {"SEED_UNITS", std::to_string(m.seed_units)},
                                                       {"FILTERS", std::to_string(m.filters)},
                                                       {"GROWTH", m.growth},
                                                       {"CHANNELS", std::to_string(m.channels)}};
  text.replace(text.find("SEED_IMAGE"), 10, m.seed_image);
  for (const auto& [word, value] : words)
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size()))
      text.replace(at, word.size(), value);
  return text;
}

inline std::string text_of(const Diagnostics& diagnostics) {
  std::ostringstream text;
  diagnostics.print(text);
  return text.str();
}

inline Module training_module(const std::optional<Model>& model, Diagnostics& diagnostics) {
  if (!model) throw std::runtime_error(text_of(diagnostics));
  Module module = build_module(*model, diagnostics);
  add_training(module, *model, diagnostics);
  if (!diagnostics.empty()) throw std::runtime_error(text_of(diagnostics));
  return module;
}

/// Returns the training module of a model's text. Throws std::runtime_error with its errors.
inline Module module_of_text(const std::string& text) {
  Diagnostics diagnostics;
  return training_module(parse_model(text, "model.toml", {}, vocabulary(), diagnostics), diagnostics);
}

/// Returns the training module of a file of models/.
inline Module module_of_file(const std::string& name) {
  Diagnostics diagnostics;
  const auto path = std::filesystem::path(__FILE__).parent_path().parent_path() / "models" / name;
  return training_module(load_model(path, {}, vocabulary(), diagnostics), diagnostics);
}

}  // namespace sganc
