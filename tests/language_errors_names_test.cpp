// What is said about wrong augmentations, draws and names, and about several mistakes, to the letter.

#include "tests/wrong_models.h"

namespace sganc::testing {
namespace {

TEST(WrongModels, Augmentations) {
  expect_complaints({
      {"that are not declared",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))"),
       R"_(model.toml:32:38: error: there is no [augment] that says what augment does
  32 | minimize = "cross_entropy(classifier(augment(x)), label(x))"
     |                                      ^^^^^^^
help: write [augment] and, for example, shift = 2
)_"},
      {"of a name that is not declared",
       but("cross_entropy(classifier(x), label(x))", "mean(classifier(augment.strong(x)))",
           but("[input]", "[augment.weak]\nshift = 2\n[input]")),
       R"_(model.toml:34:29: error: unknown augmentation "strong"
  34 | minimize = "mean(classifier(augment.strong(x)))"
     |                             ^^^^^^^^^^^^^^
help: expected "weak"
)_"},
      {"of a misspelled name",
       but("cross_entropy(classifier(x), label(x))", "mean(classifier(augment.waek(x)))",
           but("[input]", "[augment.weak]\nshift = 2\n[input]")),
       R"_(model.toml:34:29: error: unknown augmentation "waek"
  34 | minimize = "mean(classifier(augment.waek(x)))"
     |                             ^^^^^^^^^^^^
help: did you mean "weak"?
)_"},
      {"without the name",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment.weak]\nshift = 2\n[input]")),
       R"_(model.toml:34:38: error: there is no [augment] that says what augment does
  34 | minimize = "cross_entropy(classifier(augment(x)), label(x))"
     |                                      ^^^^^^^
help: did you mean "augment.weak"?
)_"},
      {"with an unknown key",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nzoom = 2\n[input]")),
       R"_(model.toml:3:1: error: [augment] has no key "zoom"
  3 | zoom = 2
    | ^^^^
help: expected one of "elastic", "shift", "rotate", "scale", "shear", "flip", "noise", "cutout", "fill"
)_"},
      {"by more than half a turn",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nrotate = 270\n[input]")),
       R"_(model.toml:3:10: error: rotate must be at most 180, not 270
  3 | rotate = 270
    |          ^^^
)_"},
      {"mirrored in an unknown way",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nflip = \"horizontaly\"\n[input]")),
       R"_(model.toml:3:8: error: flip must be "none", "horizontal", "vertical" or "both", not "horizontaly"
  3 | flip = "horizontaly"
    |        ^^^^^^^^^^^^^
help: did you mean "horizontal"?
)_"},
      {"to nothing",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nscale = 0.95\n[input]")),
       R"_(model.toml:3:9: error: scale must be at most 0.9, not 0.95
  3 | scale = 0.95
    |         ^^^^
)_"},
      {"by half a pixel",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nshift = 0.5\n[input]")),
       R"_(model.toml:3:9: error: shift must be an integer, not a float
  3 | shift = 0.5
    |         ^^^
)_"},
      {"elastic by a number",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nelastic = 2\n[input]")),
       R"_(model.toml:3:11: error: elastic must be a table, not an integer
  3 | elastic = 2
    |           ^
help: write elastic = { strength = 2, smoothness = 7 }
)_"},
      {"elastic without a strength",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nelastic = { smoothness = 7 }\n[input]")),
       R"_(model.toml:3:11: error: elastic needs the key "strength"
  3 | elastic = { smoothness = 7 }
    |           ^^^^^^^^^^^^^^^^^^
)_"},
      {"with a name that is none",
       but("cross_entropy(classifier(x), label(x))", "mean(classifier(x))",
           but("[input]", "[augment.\"a b\"]\nshift = 2\n[input]")),
       R"_(model.toml:2:10: error: "a b" cannot name an augmentation
  2 | [augment."a b"]
    |          ^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_"},
      {"of two values",
       but("cross_entropy(classifier(x), label(x))", "mean(classifier(augment(x, x)))",
           but("[input]", "[augment]\nshift = 2\n[input]")),
       R"_(model.toml:34:29: error: augment takes 1 argument, not 2
  34 | minimize = "mean(classifier(augment(x, x)))"
     |                             ^^^^^^^
)_"},
      {"of vectors",
       but("cross_entropy(classifier(x), label(x))", "mean(augment(classifier(x)))",
           but("[input]", "[augment]\nshift = 2\n[input]")),
       R"_(model.toml:34:18: error: augment needs a batch of images, not [20, 10]
  34 | minimize = "mean(augment(classifier(x)))"
     |                  ^^^^^^^
)_"},
      {"of nothing",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(augment(x)), label(x))",
           but("[input]", "[augment]\nfill = \"middel\"\n[input]")),
       R"_(model.toml:3:8: error: fill must be "edge", "low" or "middle", not "middel"
  3 | fill = "middel"
    |        ^^^^^^^^
help: did you mean "middle"?
)_"},
      {"as a number", but("[input]", "augment = 3\n[input]"),
       R"_(model.toml:2:11: error: augment must be a table, not an integer
  2 | augment = 3
    |           ^
)_"},
  });
}

TEST(WrongModels, DrawsAndNames) {
  expect_complaints({
      {"more than can be drawn", but("x = \"labeled 20\"", "x = \"labeled 99999999999999999999\""),
       R"_(model.toml:31:23: error: the count must be at most 10000000, not 99999999999999999999
  31 | draw = { x = "labeled 99999999999999999999" }
     |                       ^^^^^^^^^^^^^^^^^^^^
)_"},
      {"fewer than none", but("x = \"labeled 20\"", "x = \"labeled -1\""),
       R"_(model.toml:31:23: error: the count must be at least 1, not -1
  31 | draw = { x = "labeled -1" }
     |                       ^^
)_"},
      {"another spelling", but("x = \"labeled 20\"", "x = \"labelled 20\""),
       R"_(model.toml:31:15: error: unknown source "labelled"
  31 | draw = { x = "labelled 20" }
     |               ^^^^^^^^
help: did you mean "labeled"?
)_"},
      {"a number", but("x = \"labeled 20\"", "x = 20"),
       R"_(model.toml:31:14: error: x must be a string, not an integer
  31 | draw = { x = 20 }
     |              ^^
help: write a source and how many of it, as in "labeled 50"
)_"},
      {"an image", but("x = \"labeled 20\"", "x = \"image 20\""),
       R"_(model.toml:31:15: error: unknown source "image"
  31 | draw = { x = "image 20" }
     |               ^^^^^
help: expected one of "labeled", "unlabeled", "z", "y"
)_"},
      {"the name of an axis", but("x = \"labeled 20\"", "x = \"labeled 20\", batch = \"labeled 20\""),
       R"_(model.toml:31:28: error: "batch" names an axis and cannot name a value
  31 | draw = { x = "labeled 20", batch = "labeled 20" }
     |                            ^^^^^
)_"},
      {"a name that is none", but("x = \"labeled 20\"", "x = \"labeled 20\", \"x 1\" = \"labeled 20\""),
       R"_(model.toml:31:28: error: "x 1" cannot name what is drawn
  31 | draw = { x = "labeled 20", "x 1" = "labeled 20" }
     |                            ^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_"},
      {"labels of what is drawn without", but("x = \"labeled 20\"", "x = \"unlabeled 20\""),
       R"_(model.toml:32:48: error: "x" is drawn from "unlabeled" and has no labels
  32 | minimize = "cross_entropy(classifier(x), label(x))"
     |                                                ^
help: draw it from "labeled"
)_"},
      {"a net named as what augments",
       but("critic(generator", "augment(generator", but("[net.critic]", "[net.augment]")),
       R"_(model.toml:17:6: error: "augment" cannot name a net: it is a function that augments images
  17 | [net.augment]
     |      ^^^^^^^
model.toml:38:17: error: there is no [augment] that says what augment does
  38 | minimize = "bce(augment(generator(p, k)), 1)"
     |                 ^^^^^^^
help: write [augment] and, for example, shift = 2
)_"},
      {"a net named as a layer that is a function",
       but("critic(generator", "softmax(generator", but("[net.critic]", "[net.softmax]")),
       R"_(model.toml:17:6: error: "softmax" is a function of expressions and cannot also be a net
  17 | [net.softmax]
     |      ^^^^^^^
)_"},
      {"an update named as a part of the program", but("name = \"c\"", "name = \"classify\""),
       R"_(model.toml:30:8: error: "classify" cannot name an update: the metrics use this name already
  30 | name = "classify"
     |        ^^^^^^^^^^
)_"},
      {"an update with a name that is none", but("name = \"c\"", "name = \"c 1\""),
       R"_(model.toml:30:8: error: "c 1" cannot name an update
  30 | name = "c 1"
     |        ^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_"},
      {"an input with a name that is none", but("z = { size", "\"z 2\" = { size = 4 }\nz = { size"),
       R"_(model.toml:4:1: error: "z 2" cannot name an input
  4 | "z 2" = { size = 4 }
    | ^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_"},
      {"a model with a name of several words", but("name = \"m\"", "name = \"my model\""),
       R"_(model.toml:1:8: error: "my model" cannot name a model
  1 | name = "my model"
    |        ^^^^^^^^^^
help: a name holds letters, digits, "-", "_" and ".", and does not begin with "."
)_"},
  });
}

/// Sorted by their places, whichever part of the compiler finds them.
TEST(WrongModels, SeveralMistakes) {
  expect_complaints({
      {"in all sections",
       but("train = [\"generator\"]", "train = [\"genrator\"]",
           but("label(x)", "label(y)",
               but("rate = 2e-4", "rate = -1",
                   but("kind = \"softmax\"", "kind = \"sofmax\"",
                       but("kernel = 3", "kernal = 3",
                           but("size = 4", "sise = 4", but("name = \"m\"", "name = \"m\"\nepochs = 3"))))))),
       R"_(model.toml:2:1: error: a model has no key "epochs"
  2 | epochs = 3
    | ^^^^^^
help: expected one of "data", "input", "net", "optimizer", "update", "augment", "spread", "train", "average", "evaluate", "report", "name", "extends", "keras_compat"
model.toml:5:7: error: a latent input has no key "sise"
  5 | z = { sise = 4 }
    |       ^^^^
help: did you mean "size"?
model.toml:10:33: error: a conv layer has no key "kernal"
  10 |   { kind = "conv", filters = 4, kernal = 3 },
     |                                 ^^^^^^
help: did you mean "kernel"?
model.toml:17:20: error: unknown layer "sofmax"
  17 | layers = [{ kind = "sofmax" }]
     |                    ^^^^^^^^
help: did you mean "softmax"?
model.toml:29:32: error: rate must be greater than 0, not -1
  29 | adam = { kind = "adam", rate = -1 }
     |                                ^^
model.toml:33:48: error: unknown name "y"
  33 | minimize = "cross_entropy(classifier(x), label(y))"
     |                                                ^
help: expected "x"
model.toml:40:10: error: unknown net "genrator"
  40 | train = ["genrator"]
     |          ^^^^^^^^^^
help: did you mean "generator"?
)_"},
      {"in the shapes of two nets",
       but("shape = [8, 8, 1]", "shape = [8, 8, 2]", but("  { kind = \"flatten\" },\n", "")),
       R"_(model.toml:11:12: error: dense needs vectors, but its input is [20, 8, 8, 4]: put a flatten before it
  11 |   { kind = "dense", units = 10 },
     |            ^^^^^^^
model.toml:24:12: error: cannot reshape [64] (64 elements) to [8, 8, 2] (128 elements)
  24 |   { kind = "reshape", shape = [8, 8, 2] },
     |            ^^^^^^^^^
)_"},
      {"of an update, a net and an optimizer",
       but("draw = { p", "drew = { p",
           but("kind = \"adam\"", "kind = \"adamm\"", but("filters = 4", "filters = 0"))),
       R"_(model.toml:9:30: error: filters must be at least 1, not 0
  9 |   { kind = "conv", filters = 0, kernel = 3 },
    |                              ^
model.toml:28:17: error: unknown optimizer "adamm"
  28 | adam = { kind = "adamm", rate = 2e-4 }
     |                 ^^^^^^^
help: did you mean "adam"?
model.toml:37:1: error: [[update]] has no key "drew"
  37 | drew = { p = "z 20", k = "y 20" }
     | ^^^^
help: did you mean "draw"?
)_"},
  });
}

}  // namespace
}  // namespace sganc::testing
