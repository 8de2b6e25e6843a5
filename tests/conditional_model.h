#pragma once
// A conditional GAN with an auxiliary classifier, small enough to be trained by the reference: nets of
// several inputs, of nets and inputs, and of the class alone.

#include <string>

namespace sganc {

inline const std::string kConditionalModel = R"toml(name = "conditional"
[input]
image  = [4, 4, 1]
latent = { size = 3 }
class  = { classes = 10 }
[net.generator]
of = ["latent", "class"]
layers = [
  { kind = "concat" },
  { kind = "dense", units = 16 },
  { kind = "reshape", shape = [4, 4, 1] },
  { kind = "conv", filters = 4, kernel = 3 },
  { kind = "tanh" },
  { kind = "conv", filters = 1, kernel = 3 },
  { kind = "tanh" },
]
[net.plane]
of = "class"
layers = [
  { kind = "embedding", size = 5 },
  { kind = "dense", units = 16 },
  { kind = "reshape", shape = [4, 4, 1] },
]
[net.critic]
of = ["image", "plane", "class"]
layers = [
  { kind = "concat", from = ["image", "plane"] },
  { kind = "conv", filters = 6, kernel = 3, stride = 2 },
  { kind = "tanh" },
  { kind = "flatten" },
  { kind = "dropout", rate = 0.3 },
  { kind = "concat", from = ["dropout_1", "class"] },
  { kind = "dense", units = 1 },
  { kind = "sigmoid" },
]
[net.classifier]
of = "image"
layers = [{ kind = "flatten" }, { kind = "dense", units = 10 }, { kind = "softmax" }]
[optimizer]
a = { kind = "adam", rate = 1e-2, epsilon = 1e-3 }
b = { kind = "adam", rate = 1e-2, epsilon = 1e-3 }
[[update]]
name = "c"
draw = { x = "labeled 5" }
minimize = "cross_entropy(classifier(x), label(x)) + bce(critic(x, classifier(x)), 0.5)"
train = ["classifier"]
optimizer = "a"
[[update]]
name = "d"
draw = { x = "labeled 4", z = "latent 4", y = "class 4" }
minimize = "bce(critic(x, label(x)), 1) + bce(critic(generator(z, y), y), 0)"
train = ["critic", "plane"]
optimizer = "a"
[[update]]
name = "g"
draw = { z = "latent 6", y = "class 6" }
minimize = """
bce(critic(generator(z, y), y), 1) + cross_entropy(classifier(generator(z, y)), y)
+ mse(critic.conv_1(generator(z, y), one_hot(y, 10)), 0)"""
train = ["generator"]
optimizer = "b"
)toml";

/// Returns the model with its first `from` replaced by `to`.
inline std::string conditional_with(const std::string& from, const std::string& to) {
  std::string text = kConditionalModel;
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace sganc
