// What is printed about wrong nets, to the letter.

#include "tests/language_testing.h"

namespace sganc {
namespace {

TEST(LanguageErrors, Nets) {
  expect_printed({
      {"an empty section of nets", R"(name = "m"
[net]
)",
       R"(model.toml:2:1: error: a model needs at least one net: [net.NAME]
  2 | [net]
    | ^^^^^
)"},
      {"layers in tables of their own", R"(name = "m"
input.image = [8, 8, 1]
[net.a]
of = "image"
[[net.a.layers]]
kind = "dense"
units = 1
[[net.a.layers]]
kind = "relu"
slope = 1
)",
       R"(model.toml:10:1: error: a relu layer has no key "slope"
  10 | slope = 1
     | ^^^^^
help: expected one of "kind", "name", "from"
)"},
      {"two cycles and what hangs on one", R"(name = "m"
[net]
a = { of = "b", layers = [{ kind = "relu" }] }
b = { of = "a", layers = [{ kind = "relu" }] }
c = { of = "b", layers = [{ kind = "relu" }] }
d = { of = "d", layers = [{ kind = "relu" }] }
)",
       R"(model.toml:3:12: error: nets form a cycle: a -> b -> a
  3 | a = { of = "b", layers = [{ kind = "relu" }] }
    |            ^^^
model.toml:6:12: error: nets form a cycle: d -> d
  6 | d = { of = "d", layers = [{ kind = "relu" }] }
    |            ^^^
)"},
      {"a net named as an input", varied("[net.classifier]", "[net.image]"),
       R"_(model.toml:8:6: error: "image" is an input already and cannot also be a net
  8 | [net.image]
    |      ^^^^^
model.toml:16:27: error: unknown net or function "classifier"
  16 | minimize = "cross_entropy(classifier(x), label(x))"
     |                           ^^^^^^^^^^
help: expected one of "trunk", "image", "cross_entropy", "bce", "mse", "label", "mean", "batch_mean"
)_"},
      {"a net named as a function", varied("[net.classifier]", "[net.mean]"),
       R"_(model.toml:8:6: error: "mean" is a function of expressions and cannot also be a net
  8 | [net.mean]
    |      ^^^^
model.toml:16:27: error: unknown net or function "classifier"
  16 | minimize = "cross_entropy(classifier(x), label(x))"
     |                           ^^^^^^^^^^
help: expected one of "trunk", "mean", "cross_entropy", "bce", "mse", "label", "batch_mean"
)_"},
      {"a net with a name that is none", varied("[net.classifier]", R"([net."the classifier"])"),
       R"_(model.toml:8:6: error: "the classifier" cannot name a net
  8 | [net."the classifier"]
    |      ^^^^^^^^^^^^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
model.toml:16:27: error: unknown net or function "classifier"
  16 | minimize = "cross_entropy(classifier(x), label(x))"
     |                           ^^^^^^^^^^
help: did you mean "the classifier"?
)_"},
      {"a net of nothing",
       varied(R"(of = "trunk"
)",
              ""),
       R"(model.toml:8:1: error: [net.classifier] needs the key "of"
  8 | [net.classifier]
    | ^^^^^^^^^^^^^^^^
)"},
      {"a net of an unknown net", varied(R"(of = "trunk")", R"(of = "trnk")"),
       R"(model.toml:9:6: error: unknown input or net "trnk"
  9 | of = "trnk"
    |      ^^^^^^
help: did you mean "trunk"?
)"},
      {"nets in a cycle", varied(R"(of = "image")", R"(of = "classifier")"),
       R"(model.toml:6:6: error: nets form a cycle: trunk -> classifier -> trunk
  6 | of = "classifier"
    |      ^^^^^^^^^^^^
)"},
      {"a net of itself", varied(R"(of = "trunk")", R"(of = "classifier")"),
       R"(model.toml:9:6: error: nets form a cycle: classifier -> classifier
  9 | of = "classifier"
    |      ^^^^^^^^^^^^
)"},
      {"a net without layers", varied(R"([{ kind = "softmax" }])", "[]"),
       R"(model.toml:10:10: error: the net "classifier" has no layers
  10 | layers = []
     |          ^^
)"},
      {"a net that says no layers",
       varied(R"(layers = [{ kind = "softmax" }]
)",
              ""),
       R"(model.toml:8:1: error: [net.classifier] needs the key "layers"
  8 | [net.classifier]
    | ^^^^^^^^^^^^^^^^
)"},
      {"layers that are no list", varied(R"([{ kind = "softmax" }])", R"("softmax")"),
       R"(model.toml:10:10: error: layers must be a list of tables, not a string
  10 | layers = "softmax"
     |          ^^^^^^^^^
)"},
      {"a layer that is a word", varied(R"([{ kind = "softmax" }])", R"(["softmax"])"),
       R"(model.toml:10:11: error: a layer must be a table, not a string
  10 | layers = ["softmax"]
     |           ^^^^^^^^^
help: write { kind = ... }
)"},
      {"a layer without a kind", varied(R"({ kind = "dense", units = 10 })", "{ units = 10 }"),
       R"(model.toml:7:33: error: a layer needs the key "kind"
  7 | layers = [{ kind = "flatten" }, { units = 10 }]
    |                                 ^^^^^^^^^^^^^^
help: expected one of "dense", "conv", "conv_transpose", "leaky_relu", "relu", "tanh", "sigmoid", "softmax", "logsumexp", "flatten", "reshape", "dropout"
)"},
      {"an unknown layer, a near one", varied(R"(kind = "dense")", R"(kind = "desne")"),
       R"(model.toml:7:42: error: unknown layer "desne"
  7 | layers = [{ kind = "flatten" }, { kind = "desne", units = 10 }]
    |                                          ^^^^^^^
help: did you mean "dense"?
)"},
      {"an unknown layer, none near", varied(R"("softmax")", R"("transformer")"),
       R"(model.toml:10:20: error: unknown layer "transformer"
  10 | layers = [{ kind = "transformer" }]
     |                    ^^^^^^^^^^^^^
help: expected one of "dense", "conv", "conv_transpose", "leaky_relu", "relu", "tanh", "sigmoid", "softmax", "logsumexp", "flatten", "reshape", "dropout"
)"},
      {"a layer without a required key", varied(", units = 10", ""),
       R"(model.toml:7:33: error: a dense layer needs the key "units"
  7 | layers = [{ kind = "flatten" }, { kind = "dense" }]
    |                                 ^^^^^^^^^^^^^^^^^^
)"},
      {"a layer with an unknown key", varied("units = 10", "unit = 10"),
       R"(model.toml:7:51: error: a dense layer has no key "unit"
  7 | layers = [{ kind = "flatten" }, { kind = "dense", unit = 10 }]
    |                                                   ^^^^
help: did you mean "units"?
)"},
      {"a layer with a limit overstepped",
       varied(R"({ kind = "softmax" })", R"({ kind = "dropout", rate = 1.5 })"),
       R"(model.toml:10:38: error: rate must be at most 1, not 1.5
  10 | layers = [{ kind = "dropout", rate = 1.5 }]
     |                                      ^^^
)"},
      {"a kernel of three",
       varied(R"({ kind = "softmax" })", R"({ kind = "conv", filters = 1, kernel = [3, 3, 3] })"),
       R"(model.toml:10:50: error: kernel must have 2 elements, not 3
  10 | layers = [{ kind = "conv", filters = 1, kernel = [3, 3, 3] }]
     |                                                  ^^^^^^^^^
)"},
      {"a kernel that is a float",
       varied(R"({ kind = "softmax" })", R"({ kind = "conv", filters = 1, kernel = 3.5 })"),
       R"(model.toml:10:50: error: kernel must be an integer or a list of 2 integers, not a float
  10 | layers = [{ kind = "conv", filters = 1, kernel = 3.5 }]
     |                                                  ^^^
)"},
      {"a kernel of nothing",
       varied(R"({ kind = "softmax" })", R"({ kind = "conv", filters = 1, kernel = [3, 0] })"),
       R"(model.toml:10:54: error: each element of "kernel" must be at least 1, not 0
  10 | layers = [{ kind = "conv", filters = 1, kernel = [3, 0] }]
     |                                                      ^
)"},
      {"two layers of one name",
       varied(R"({ kind = "flatten" })", R"({ kind = "flatten", name = "dense_1" })"),
       R"(model.toml:7:60: error: the net "trunk" has two layers named "dense_1"
  7 | layers = [{ kind = "flatten", name = "dense_1" }, { kind = "dense", units = 10 }]
    |                                                            ^^^^^^^
)"},
      {"an optimizer without a kind", varied(R"(kind = "adam", )", ""),
       R"(model.toml:12:8: error: an optimizer needs the key "kind"
  12 | adam = { rate = 2e-4 }
     |        ^^^^^^^^^^^^^^^
help: expected one of "adam", "sgd"
)"},
      {"an unknown optimizer", varied(R"(kind = "adam")", R"(kind = "adma")"),
       R"(model.toml:12:17: error: unknown optimizer "adma"
  12 | adam = { kind = "adma", rate = 2e-4 }
     |                 ^^^^^^
help: did you mean "adam"?
)"},
      {"an optimizer's unknown key", varied("rate = 2e-4", "rate = 2e-4, beta = 0.5"),
       R"(model.toml:12:38: error: an adam optimizer has no key "beta"
  12 | adam = { kind = "adam", rate = 2e-4, beta = 0.5 }
     |                                      ^^^^
help: did you mean "beta1"?
)"},
      {"a rate that is a word", varied("rate = 2e-4", R"(rate = "fast")"),
       R"(model.toml:12:32: error: rate must be a number or a table, not a string
  12 | adam = { kind = "adam", rate = "fast" }
     |                                ^^^^^^
)"},
      {"a rate of wrong keys", varied("rate = 2e-4", R"(rate = { form = 1, shape = "cosin", warmup = -1 })"),
       R"(model.toml:12:34: error: a rate has no key "form"
  12 | adam = { kind = "adam", rate = { form = 1, shape = "cosin", warmup = -1 } }
     |                                  ^^^^
help: did you mean "from"?
model.toml:12:52: error: shape must be "constant", "linear" or "cosine", not "cosin"
  12 | adam = { kind = "adam", rate = { form = 1, shape = "cosin", warmup = -1 } }
     |                                                    ^^^^^^^
help: did you mean "cosine"?
model.toml:12:70: error: warmup must be at least 0, not -1
  12 | adam = { kind = "adam", rate = { form = 1, shape = "cosin", warmup = -1 } }
     |                                                                      ^^
)"},
      {"a rate without a beginning", varied("rate = 2e-4", "rate = { to = 1 }"),
       R"(model.toml:12:32: error: a rate needs the key "from"
  12 | adam = { kind = "adam", rate = { to = 1 } }
     |                                ^^^^^^^^^^
)"},
      {"a rate that ends before it begins",
       varied("rate = 2e-4", "rate = { from = 1, end = 200, warmup = 200 }"),
       R"(model.toml:12:50: error: a rate must end after it begins to change, at step 200, not at step 200
  12 | adam = { kind = "adam", rate = { from = 1, end = 200, warmup = 200 } }
     |                                                  ^^^
)"},
      {"a constant rate that changes",
       varied("rate = 2e-4", R"(rate = { from = 1, to = 1, shape = "constant", end = 5 })"),
       R"(model.toml:12:44: error: a constant rate has no key "to"
  12 | adam = { kind = "adam", rate = { from = 1, to = 1, shape = "constant", end = 5 } }
     |                                            ^^
model.toml:12:72: error: a constant rate has no key "end"
  12 | adam = { kind = "adam", rate = { from = 1, to = 1, shape = "constant", end = 5 } }
     |                                                                        ^^^
)"},
      {"an optimizer that is a word", varied(R"({ kind = "adam", rate = 2e-4 })", R"("adam")"),
       R"(model.toml:12:8: error: the optimizer "adam" must be a table, not a string
  12 | adam = "adam"
     |        ^^^^^^
help: write adam = { kind = ... }
)"},
  });
}

}  // namespace
}  // namespace sganc
