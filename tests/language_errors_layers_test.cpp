// What is said about wrong layers, to the letter.

#include "tests/wrong_models.h"

namespace sganc::testing {
namespace {

TEST(WrongModels, WhatALayerTakes) {
  expect_complaints({
      {"a layer that is not there",
       but("  { kind = \"relu\" },", "  { kind = \"relu\", from = \"conv_2\" },"),
       R"_(model.toml:10:27: error: there is no "conv_2" before this layer
  10 |   { kind = "relu", from = "conv_2" },
     |                           ^^^^^^^^
help: did you mean "conv_1"?
)_"},
      {"a layer that comes later",
       but("  { kind = \"relu\" },", "  { kind = \"relu\", from = \"flatten_1\" },"),
       R"_(model.toml:10:27: error: there is no "flatten_1" before this layer
  10 |   { kind = "relu", from = "flatten_1" },
     |                           ^^^^^^^^^^^
help: expected one of "image", "conv_1"
)_"},
      {"itself", but("  { kind = \"relu\" },", "  { kind = \"relu\", from = \"relu_1\" },"),
       R"_(model.toml:10:27: error: there is no "relu_1" before this layer
  10 |   { kind = "relu", from = "relu_1" },
     |                           ^^^^^^^^
help: expected one of "image", "conv_1"
)_"},
      {"a join of one", but("  { kind = \"relu\" },", "  { kind = \"add\", from = [\"conv_1\"] },"),
       R"_(model.toml:10:26: error: an add layer takes two inputs or more
  10 |   { kind = "add", from = ["conv_1"] },
     |                          ^^^^^^^^^^
help: name them: from = ["LAYER", "LAYER"]
)_"},
      {"a join that does not say of what", but("  { kind = \"relu\" },", "  { kind = \"multiply\" },"),
       R"_(model.toml:10:12: error: a multiply layer takes two inputs or more
  10 |   { kind = "multiply" },
     |            ^^^^^^^^^^
help: name them: from = ["LAYER", "LAYER"]
)_"},
      {"one input of two",
       but("  { kind = \"relu\" },", "  { kind = \"relu\", from = [\"conv_1\", \"image\"] },"),
       R"_(model.toml:10:27: error: a relu layer takes one input, not 2
  10 |   { kind = "relu", from = ["conv_1", "image"] },
     |                           ^^^^^^^^^^^^^^^^^^^
)_"},
      {"a number", but("  { kind = \"relu\" },", "  { kind = \"relu\", from = 1 },"),
       R"_(model.toml:10:27: error: from must be a layer's name or a list of names, not an integer
  10 |   { kind = "relu", from = 1 },
     |                           ^
)_"},
      {"nothing", but("  { kind = \"relu\" },", "  { kind = \"relu\", from = [] },"),
       R"_(model.toml:10:27: error: a relu layer takes one input, not 0
  10 |   { kind = "relu", from = [] },
     |                           ^^
)_"},
      {"names that are none", but("  { kind = \"relu\" },", "  { kind = \"add\", from = [\"conv_1\", 2] },"),
       R"_(model.toml:10:37: error: each element of "from" must be a string, not an integer
  10 |   { kind = "add", from = ["conv_1", 2] },
     |                                     ^
)_"},
      {"a layer that nothing takes",
       but("  { kind = \"relu\" },",
           "  { kind = \"relu\", name = \"lost\", from = \"image\" },\n  { kind = \"tanh\", from = "
           "\"conv_1\" },"),
       R"_(model.toml:10:12: error: no layer takes "lost"
  10 |   { kind = "relu", name = "lost", from = "image" },
     |            ^^^^^^
)_"},
      {"the name of what the net takes",
       but("  { kind = \"relu\" },", "  { kind = \"relu\", name = \"image\" },"),
       R"_(model.toml:10:27: error: "image" is what the net "trunk" is a function of
  10 |   { kind = "relu", name = "image" },
     |                           ^^^^^^^
)_"},
      {"the name that another has by its number",
       but("  { kind = \"relu\" },", "  { kind = \"relu\", name = \"conv_1\" },"),
       R"_(model.toml:10:27: error: the net "trunk" has two layers named "conv_1"
  10 |   { kind = "relu", name = "conv_1" },
     |                           ^^^^^^^^
)_"},
      {"a name with a dot", but("  { kind = \"relu\" },", "  { kind = \"relu\", name = \"a.b\" },"),
       R"_(model.toml:10:27: error: "a.b" cannot name a layer
  10 |   { kind = "relu", name = "a.b" },
     |                           ^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_"},
      {"a net of two that does not join them", but("  { kind = \"concat\" },\n", ""),
       R"_(model.toml:23:12: error: a dense layer takes one input, and the net "generator" is a function of z and y
  23 |   { kind = "dense", units = 64 },
     |            ^^^^^^^
help: name it: from = "z"
)_"},
      {"an input that no layer takes", but("{ kind = \"concat\" }", "{ kind = \"relu\", from = \"z\" }"),
       R"_(model.toml:21:12: error: no layer takes "y"
  21 | of = ["z", "y"]
     |            ^^^
)_"},
      {"an input twice", but("of = [\"z\", \"y\"]", "of = [\"z\", \"y\", \"z\"]"),
       R"_(model.toml:21:17: error: "z" is listed twice
  21 | of = ["z", "y", "z"]
     |                 ^^^
)_"},
      {"an input of no net", but("of = [\"z\", \"y\"]", "of = [\"z\", 3]"),
       R"_(model.toml:21:12: error: each element of "of" must be a string, not an integer
  21 | of = ["z", 3]
     |            ^
)_"},
  });
}

TEST(WrongModels, KeysOfLayers) {
  expect_complaints({
      {"a misspelled padding", but("kernel = 3", "kernel = 3, padding = \"smae\""),
       R"_(model.toml:9:55: error: padding must be "same", "valid", an integer or a list of 2 integers, not "smae"
  9 |   { kind = "conv", filters = 4, kernel = 3, padding = "smae" },
    |                                                       ^^^^^^
help: did you mean "same"?
)_"},
      {"a padding below 0", but("kernel = 3", "kernel = 3, padding = -1"),
       R"_(model.toml:9:55: error: padding must be at least 0, not -1
  9 |   { kind = "conv", filters = 4, kernel = 3, padding = -1 },
    |                                                       ^^
)_"},
      {"a padding of one list", but("kernel = 3", "kernel = 3, padding = [1]"),
       R"_(model.toml:9:55: error: padding must have 2 elements, not 1
  9 |   { kind = "conv", filters = 4, kernel = 3, padding = [1] },
    |                                                       ^^^
)_"},
      {"no groups", but("kernel = 3", "kernel = 3, groups = 0"),
       R"_(model.toml:9:54: error: groups must be at least 1, not 0
  9 |   { kind = "conv", filters = 4, kernel = 3, groups = 0 },
    |                                                      ^
)_"},
      {"a dilation of nothing", but("kernel = 3", "kernel = 3, dilation = 0"),
       R"_(model.toml:9:56: error: dilation must be at least 1, not 0
  9 |   { kind = "conv", filters = 4, kernel = 3, dilation = 0 },
    |                                                        ^
)_"},
      {"a dilation of three", but("kernel = 3", "kernel = 3, dilation = [1, 1, 1]"),
       R"_(model.toml:9:56: error: dilation must have 2 elements, not 3
  9 |   { kind = "conv", filters = 4, kernel = 3, dilation = [1, 1, 1] },
    |                                                        ^^^^^^^^^
)_"},
      {"a norm by half its name", but("kernel = 3", "kernel = 3, norm = \"spectral\""),
       R"_(model.toml:9:52: error: norm must be "none", "weight_norm" or "spectral_norm", not "spectral"
  9 |   { kind = "conv", filters = 4, kernel = 3, norm = "spectral" },
    |                                                    ^^^^^^^^^^
)_"},
      {"a misspelled initializer", but("kernel = 3", "kernel = 3, initializer = \"he_norml\""),
       R"_(model.toml:9:59: error: initializer must be "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "normal" or "zeros", not "he_norml"
  9 |   { kind = "conv", filters = 4, kernel = 3, initializer = "he_norml" },
    |                                                           ^^^^^^^^^^
help: did you mean "he_normal"?
)_"},
      {"a bias that is a number", but("kernel = 3", "kernel = 3, bias = 0"),
       R"_(model.toml:9:52: error: bias must be true or false, not an integer
  9 |   { kind = "conv", filters = 4, kernel = 3, bias = 0 },
    |                                                    ^
)_"},
      {"a deviation of no normal initializer", but("kernel = 3", "kernel = 3, deviation = 0.02"),
       R"_(model.toml:9:57: error: deviation belongs to initializer = "normal", not to "glorot_uniform"
  9 |   { kind = "conv", filters = 4, kernel = 3, deviation = 0.02 },
    |                                                         ^^^^
)_"},
      {"a momentum above 1", but("  { kind = \"relu\" },", "  { kind = \"batch_norm\", momentum = 1.5 },"),
       R"_(model.toml:10:37: error: momentum must be at most 1, not 1.5
  10 |   { kind = "batch_norm", momentum = 1.5 },
     |                                     ^^^
)_"},
      {"an epsilon of nothing", but("  { kind = \"relu\" },", "  { kind = \"batch_norm\", epsilon = 0 },"),
       R"_(model.toml:10:36: error: epsilon must be at least 1e-12, not 0
  10 |   { kind = "batch_norm", epsilon = 0 },
     |                                    ^
)_"},
      {"a misspelled key of batch_norm",
       but("  { kind = \"relu\" },", "  { kind = \"batch_norm\", momentun = 0.9 },"),
       R"_(model.toml:10:26: error: a batch_norm layer has no key "momentun"
  10 |   { kind = "batch_norm", momentun = 0.9 },
     |                          ^^^^^^^^
help: did you mean "momentum"?
)_"},
      {"a key that another framework has",
       but("  { kind = \"relu\" },", "  { kind = \"batch_norm\", scale = true },"),
       R"_(model.toml:10:26: error: a batch_norm layer has no key "scale"
  10 |   { kind = "batch_norm", scale = true },
     |                          ^^^^^
help: expected one of "kind", "name", "from", "momentum", "epsilon", "gain", "bias"
)_"},
      {"a window without a size", but("  { kind = \"relu\" },", "  { kind = \"max_pool\" },"),
       R"_(model.toml:10:3: error: a max_pool layer needs the key "size"
  10 |   { kind = "max_pool" },
     |   ^^^^^^^^^^^^^^^^^^^^^
)_"},
      {"a window larger than any", but("  { kind = \"relu\" },", "  { kind = \"max_pool\", size = 2000 },"),
       R"_(model.toml:10:31: error: size must be at most 1000, not 2000
  10 |   { kind = "max_pool", size = 2000 },
     |                               ^^^^
)_"},
      {"a pool padded by a number",
       but("  { kind = \"relu\" },", "  { kind = \"average_pool\", size = 2, padding = 1 },"),
       R"_(model.toml:10:48: error: padding must be "valid" or "same", not an integer
  10 |   { kind = "average_pool", size = 2, padding = 1 },
     |                                                ^
)_"},
      {"all dropped", but("  { kind = \"relu\" },", "  { kind = \"dropout\", rate = 1.5 },"),
       R"_(model.toml:10:30: error: rate must be at most 0.99, not 1.5
  10 |   { kind = "dropout", rate = 1.5 },
     |                              ^^^
)_"},
      {"noise in words",
       but("  { kind = \"relu\" },", "  { kind = \"gaussian_noise\", deviation = \"0.1\" },"),
       R"_(model.toml:10:42: error: deviation must be a number, not a string
  10 |   { kind = "gaussian_noise", deviation = "0.1" },
     |                                          ^^^^^
)_"},
      {"a slope without a key", but("  { kind = \"relu\" },", "  { kind = \"leaky_relu\", alpha = 0.1 },"),
       R"_(model.toml:10:26: error: a leaky_relu layer has no key "alpha"
  10 |   { kind = "leaky_relu", alpha = 0.1 },
     |                          ^^^^^
help: expected one of "kind", "name", "from", "slope"
)_"},
      {"an axis that layer_norm does not know",
       but("  { kind = \"relu\" },", "  { kind = \"layer_norm\", axes = \"chanels\" },"),
       R"_(model.toml:10:33: error: axes must be "last" or "all", not "chanels"
  10 |   { kind = "layer_norm", axes = "chanels" },
     |                                 ^^^^^^^^^
)_"},
      {"another name of a layer",
       but("  { kind = \"relu\" },", "  { kind = \"conv2d\", filters = 4, kernel = 3 },"),
       R"_(model.toml:10:12: error: unknown layer "conv2d"
  10 |   { kind = "conv2d", filters = 4, kernel = 3 },
     |            ^^^^^^^^
help: it is called conv
)_"},
      {"a capital letter", but("  { kind = \"relu\" },", "  { kind = \"ReLU\" },"),
       R"_(model.toml:10:12: error: unknown layer "ReLU"
  10 |   { kind = "ReLU" },
     |            ^^^^^^
help: did you mean "relu"?
)_"},
      {"a misspelled kind", but("{ kind = \"softmax\" }", "{ knid = \"softmax\" }"),
       R"_(model.toml:16:13: error: a layer has no key "knid"
  16 | layers = [{ knid = "softmax" }]
     |             ^^^^
help: did you mean "kind"?
)_"},
      {"misspelled layers", but("layers = [{ kind = \"softmax\" }]", "layer = [{ kind = \"softmax\" }]"),
       R"_(model.toml:16:1: error: [net.classifier] has no key "layer"
  16 | layer = [{ kind = "softmax" }]
     | ^^^^^
help: did you mean "layers"?
)_"},
      {"a list for a layer", but("  { kind = \"relu\" },", "  [\"relu\"],"),
       R"_(model.toml:10:3: error: a layer must be a table, not a list
  10 |   ["relu"],
     |   ^^^^^^^^
help: write { kind = ... }
)_"},
      {"more units than are counted", but("units = 64", "units = 3000000000"),
       R"_(model.toml:24:29: error: units must be at most 2147483647, not 3000000000
  24 |   { kind = "dense", units = 3000000000 },
     |                             ^^^^^^^^^^
)_"},
      {"more classes than a vector holds", but("classes = 10", "classes = 1000000"),
       R"_(model.toml:5:17: error: classes must be at most 100000, not 1000000
  5 | y = { classes = 1000000 }
    |                 ^^^^^^^
)_"},
      {"both kinds of a drawn input", but("z = { size = 4 }", "z = { size = 4, classes = 4 }"),
       R"_(model.toml:4:7: error: a label input has no key "size"
  4 | z = { size = 4, classes = 4 }
    |       ^^^^
help: expected "classes"
)_"},
  });
}

}  // namespace
}  // namespace sganc::testing
