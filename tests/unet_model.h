#pragma once
// U-Nets on colour images of an odd size: a contracting and an expanding path, with skips between images
// that differ by a pixel.

#include <string>

namespace sganc {

/// The data, input, optimizer and training of a U-Net. The nets and updates follow.
inline constexpr const char* kUnetBeginning = R"toml(name = "unet"

[data]
source = { folder = "pictures" }
labels = { per_class = 4 }

[input]
image = [37, 29, 3]

[augment.noisy]
noise  = 0.2
cutout = 9

[optimizer]
c = { kind = "adam", rate = 3e-3 }
r = { kind = "adam", rate = 3e-3 }

[train]
epochs = 1
steps_per_epoch = 60

)toml";

/// The two paths as nets of nets. The classifier shares the contracting path.
inline const std::string kUnetOfNets = kUnetBeginning + std::string(R"toml(
[net.fine]                              # 37x29
of = "image"
layers = [
  { kind = "conv", filters = 6, kernel = 3 },
  { kind = "leaky_relu" },
]

[net.coarse]                            # 19x15
of = "fine"
layers = [
  { kind = "max_pool", size = 2, padding = "same" },
  { kind = "conv", filters = 8, kernel = 3 },
  { kind = "leaky_relu" },
]

[net.bottom]                            # 10x8
of = "coarse"
layers = [
  { kind = "conv", filters = 10, kernel = 3, stride = 2 },
  { kind = "leaky_relu" },
]

[net.restorer]
of = ["bottom", "coarse", "fine"]
layers = [
  { kind = "upsample", from = "bottom" },               # 20x16
  { kind = "crop", from = ["upsample_1", "coarse"] },
  { kind = "concat", from = ["crop_1", "coarse"] },     # 19x15
  { kind = "conv", filters = 8, kernel = 3 },
  { kind = "leaky_relu" },
  { kind = "conv_transpose", filters = 6, kernel = 3, stride = 2, padding = 1 },
  { kind = "concat", from = ["conv_transpose_1", "fine"] },
  { kind = "conv", filters = 3, kernel = 1 },           # 37x29
  { kind = "tanh" },
]

[net.classifier]
of = "bottom"
layers = [
  { kind = "global_average_pool" },
  { kind = "dense", units = 2 },
  { kind = "softmax" },
]

[[update]]
name      = "c"
draw      = { x = "labeled 4" }
minimize  = "cross_entropy(classifier(x), label(x))"
train     = ["fine", "coarse", "bottom", "classifier"]
optimizer = "c"

[[update]]
name      = "r"
draw      = { u = "unlabeled 4" }
minimize  = "mse(restorer(augment.noisy(u)), u)"
train     = ["fine", "coarse", "bottom", "restorer"]
optimizer = "r"

[evaluate]
splits = ["train"]
)toml");

/// A single net, whose skips are layers. The convolutions of the contracting path have no padding, so that
/// the skips are cropped.
inline const std::string kUnetOfLayers = kUnetBeginning + std::string(R"toml(
[net.restorer]
of = "image"
layers = [
  { kind = "conv", filters = 5, kernel = 3, padding = "valid" },
  { kind = "leaky_relu", name = "fine" },               # 35x27
  { kind = "average_pool", size = 2 },
  { kind = "conv", filters = 7, kernel = 3, padding = "valid" },
  { kind = "leaky_relu", name = "coarse" },             # 15x11
  { kind = "max_pool", size = 3, stride = 2 },
  { kind = "conv", filters = 9, kernel = 3 },           # 7x5
  { kind = "leaky_relu" },
  { kind = "conv_transpose", filters = 7, kernel = 2, stride = 2, padding = "valid" },
  { kind = "crop", from = ["coarse", "conv_transpose_1"] },
  { kind = "add", from = ["crop_1", "conv_transpose_1"] },
  { kind = "upsample" },                                # 28x20
  { kind = "crop", from = ["fine", "upsample_1"] },
  { kind = "concat", from = ["crop_2", "upsample_1"] },
  { kind = "conv", filters = 3, kernel = 3 },
  { kind = "tanh" },
]

[net.middle]                            # of an image, what the way up reaches
of = ["image", "restorer"]
layers = [{ kind = "crop" }]

[[update]]
name      = "r"
draw      = { u = "unlabeled 4" }
minimize  = "mse(restorer(augment.noisy(u)), middle(u))"
train     = ["restorer"]
optimizer = "r"
)toml");

}  // namespace sganc
