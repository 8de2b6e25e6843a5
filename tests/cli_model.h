#pragma once
// A model that compiles in a second or two and trains a step in less than a millisecond.

namespace sganc::testing {

inline constexpr const char* kSmallModel = R"toml(name = "small"

[data]
source = "fashion-mnist"

[input]
image  = [28, 28, 1]
latent = { size = 8 }

[net.generator]
of = "latent"
layers = [
  { kind = "dense", units = 392 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "reshape", shape = [7, 7, 8] },
  { kind = "conv_transpose", filters = 8, kernel = 4, stride = 2 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "conv_transpose", filters = 1, kernel = 4, stride = 2 },
  { kind = "tanh" },
]

[net.trunk]
of = "image"
layers = [
  { kind = "conv", filters = 8, kernel = 3, stride = 2 },
  { kind = "leaky_relu", slope = 0.2 },
  { kind = "conv", filters = 8, kernel = 3, stride = 2 },
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
supervised   = { kind = "adam", rate = 2e-4, beta1 = 0.5 }
unsupervised = { kind = "adam", rate = 2e-4, beta1 = 0.5 }
generator    = { kind = "adam", rate = 2e-4, beta1 = 0.5 }

[[update]]
name      = "c"
draw      = { x = "labeled 4" }
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
draw      = { z = "latent 8" }
minimize  = "bce(critic(generator(z)), 1)"
train     = ["generator"]
optimizer = "generator"

[train]
epochs = 1
steps_per_epoch = 3

[evaluate]
splits = []
)toml";

}  // namespace sganc::testing
