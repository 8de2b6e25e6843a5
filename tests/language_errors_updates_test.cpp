// What is printed about wrong updates, to the letter.

#include "tests/language_testing.h"

namespace sganc {
namespace {

TEST(LanguageErrors, Updates) {
  expect_printed({
      {"one update instead of a list", varied("[[update]]", "[update]"),
       R"(model.toml:13:1: error: update must be a list of tables, not a table
  13 | [update]
     | ^^^^^^^^
help: write [[update]]
)"},
      {"an update without most keys",
       varied(R"_(minimize = "cross_entropy(classifier(x), label(x))"
train = ["trunk"]
optimizer = "adam"
)_",
              ""),
       R"(model.toml:13:1: error: [[update]] needs the key "minimize"
  13 | [[update]]
     | ^^^^^^^^^^
model.toml:13:1: error: [[update]] needs the key "train"
  13 | [[update]]
     | ^^^^^^^^^^
model.toml:13:1: error: [[update]] needs the key "optimizer"
  13 | [[update]]
     | ^^^^^^^^^^
)"},
      {"an update named as a word of the metrics", varied(R"(name = "c")", R"(name = "step")"),
       R"(model.toml:14:8: error: "step" cannot name an update: the metrics use this name already
  14 | name = "step"
     |        ^^^^^^
)"},
      {"two updates of one name", varied("[[update]]", R"_([[update]]
name = "c"
draw = { z = "z 5" }
minimize = "mean(classifier(z))"
train = ["trunk"]
optimizer = "adam"
[[update]])_"),
       R"(model.toml:20:8: error: two updates are named "c"
  20 | name = "c"
     |        ^^^
)"},
      {"replacement that is no yes or no", varied("name = \"c\"", "name = \"c\"\nreplace = \"no\""),
       R"(model.toml:15:11: error: replace must be true or false, not a string
  15 | replace = "no"
     |           ^^^^
)"},
      {"statistics of values that are none",
       varied("name = \"c\"", "name = \"c\"\nstatistics = [\"xx\", \"trunk\"]"),
       R"(model.toml:15:15: error: "xx" is no value of this update's draw or let
  15 | statistics = ["xx", "trunk"]
     |               ^^^^
help: did you mean "x"?
model.toml:15:21: error: "trunk" is no value of this update's draw or let
  15 | statistics = ["xx", "trunk"]
     |                     ^^^^^^^
help: expected "x"
)"},
      {"statistics of nothing", varied("name = \"c\"", "name = \"c\"\nstatistics = []"),
       R"(model.toml:15:14: error: statistics names no value
  15 | statistics = []
     |              ^^
)"},
      {"steps of an update that are none",
       varied("name = \"c\"",
              "name = \"c\"\nevery = 0\nfrom_step = -1\nrepeat = 70000\nclip_norm = 0\n"
              "clip_value = \"1\""),
       R"(model.toml:15:9: error: every must be at least 1, not 0
  15 | every = 0
     |         ^
model.toml:16:13: error: from_step must be at least 1, not -1
  16 | from_step = -1
     |             ^^
model.toml:17:10: error: repeat must be at most 65535, not 70000
  17 | repeat = 70000
     |          ^^^^^
model.toml:18:13: error: clip_norm must be greater than 0, not 0
  18 | clip_norm = 0
     |             ^
model.toml:19:14: error: clip_value must be a number, not a string
  19 | clip_value = "1"
     |              ^^^
)"},
      {"comparisons of comparisons", varied("label(x))\"", "label(x)) > 1 > 2\""),
       R"_(model.toml:16:56: error: a comparison cannot be compared again
  16 | minimize = "cross_entropy(classifier(x), label(x)) > 1 > 2"
     |                                                        ^
help: put one of them in parentheses
)_"},
      {"an unknown net with averaged weights", varied("label(x)", "teacher.clasifier(x)"),
       R"_(model.toml:16:42: error: unknown net "clasifier"
  16 | minimize = "cross_entropy(classifier(x), teacher.clasifier(x))"
     |                                          ^^^^^^^^^^^^^^^^^
help: did you mean "classifier"?
)_"},
      {"an unknown layer with averaged weights", varied("label(x)", "teacher.trunk.dens_1(x)"),
       R"_(model.toml:16:42: error: the net "trunk" has no layer "dens_1"
  16 | minimize = "cross_entropy(classifier(x), teacher.trunk.dens_1(x))"
     |                                          ^^^^^^^^^^^^^^^^^^^^
help: did you mean "dense_1"?
)_"},
      {"averaged weights of too much", varied("label(x)", "teacher.trunk(x, x)"),
       R"_(model.toml:16:42: error: "teacher.trunk" takes 1 argument, not 2
  16 | minimize = "cross_entropy(classifier(x), teacher.trunk(x, x))"
     |                                          ^^^^^^^^^^^^^
)_"},
      {"averaged weights alone", varied("classifier(x)", "teacher.classifier(x)"),
       R"_(model.toml:17:10: error: minimize does not depend on the net "trunk"
  17 | train = ["trunk"]
     |          ^^^^^^^
)_"},
      {"a teacher of nothing", varied("classifier(x)", "teacher(x)"),
       R"_(model.toml:16:27: error: "teacher" is no net
  16 | minimize = "cross_entropy(teacher(x), label(x))"
     |                           ^^^^^^^
help: averaged weights are called as teacher.NET(...)
)_"},
      {"a net that is called as averaged weights are", varied("net.classifier", "net.teacher"),
       R"_(model.toml:8:6: error: "teacher" cannot name a net: it stands for averaged weights
  8 | [net.teacher]
    |      ^^^^^^^
model.toml:16:27: error: unknown net or function "classifier"
  16 | minimize = "cross_entropy(classifier(x), label(x))"
     |                           ^^^^^^^^^^
help: expected one of "trunk", "teacher", "cross_entropy", "bce", "mse", "label", "mean", "batch_mean"
)_"},
      {"an average that grows", varied("[[update]]", "[average]\ndecay = 1.5\nsteps = 3\n[[update]]"),
       R"_(model.toml:14:9: error: decay must be at most 1, not 1.5
  14 | decay = 1.5
     |         ^^^
model.toml:15:1: error: [average] has no key "steps"
  15 | steps = 3
     | ^^^^^
help: expected "decay"
)_"},
      {"an unknown layer", varied("classifier(x)", "trunk.dens_1(x)"),
       R"_(model.toml:16:27: error: the net "trunk" has no layer "dens_1"
  16 | minimize = "cross_entropy(trunk.dens_1(x), label(x))"
     |                           ^^^^^^^^^^^^
help: did you mean "dense_1"?
)_"},
      {"a layer of an unknown net", varied("classifier(x)", "truck.dense_1(x)"),
       R"_(model.toml:16:27: error: unknown net "truck"
  16 | minimize = "cross_entropy(truck.dense_1(x), label(x))"
     |                           ^^^^^^^^^^^^^
help: did you mean "trunk"?
)_"},
      {"a layer of two values", varied("classifier(x)", "trunk.dense_1(x, x)"),
       R"_(model.toml:16:27: error: "trunk.dense_1" takes 1 argument, not 2
  16 | minimize = "cross_entropy(trunk.dense_1(x, x), label(x))"
     |                           ^^^^^^^^^^^^^
)_"},
      {"a layer that is not called", varied("classifier(x)", "trunk.dense_1"),
       R"_(model.toml:16:27: error: "trunk.dense_1" must be called
  16 | minimize = "cross_entropy(trunk.dense_1, label(x))"
     |                           ^^^^^^^^^^^^^
help: a layer of a net is written NET.LAYER(...)
)_"},
      {"an assignment", varied("label(x))\"", "label(x)) = 1\""),
       R"_(model.toml:16:52: error: unexpected "=" in an expression
  16 | minimize = "cross_entropy(classifier(x), label(x)) = 1"
     |                                                    ^
help: equality is written "=="
)_"},
      {"a draw that is no draw", varied(R"("labeled 50")", R"("50 of them all")"),
       R"(model.toml:15:15: error: "50 of them all" is not a draw
  15 | draw = { x = "50 of them all" }
     |               ^^^^^^^^^^^^^^
help: write a source and how many of it, as in "labeled 50"
)"},
      {"a draw of none", varied(R"("labeled 50")", R"("labeled 0")"),
       R"(model.toml:15:23: error: the count must be at least 1, not 0
  15 | draw = { x = "labeled 0" }
     |                       ^
)"},
      {"a draw of half an image", varied(R"("labeled 50")", R"("labeled 0.5")"),
       R"(model.toml:15:23: error: the count must be an integer, not "0.5"
  15 | draw = { x = "labeled 0.5" }
     |                       ^^^
help: write a source and how many of it, as in "labeled 50"
)"},
      {"a draw from an unknown source", varied(R"("labeled 50")", R"("labelled 50")"),
       R"(model.toml:15:15: error: unknown source "labelled"
  15 | draw = { x = "labelled 50" }
     |               ^^^^^^^^
help: did you mean "labeled"?
)"},
      {"a draw from an image input", varied(R"("labeled 50")", R"("image 50")"),
       R"(model.toml:15:15: error: unknown source "image"
  15 | draw = { x = "image 50" }
     |               ^^^^^
help: expected one of "labeled", "unlabeled", "z"
)"},
      {"nothing drawn", varied(R"({ x = "labeled 50" })", "{}"),
       R"(model.toml:15:8: error: draw names nothing to draw
  15 | draw = {}
     |        ^^
)"},
      {"an unknown net in an expression", varied("classifier(x)", "clasifier(x)"),
       R"_(model.toml:16:27: error: unknown net or function "clasifier"
  16 | minimize = "cross_entropy(clasifier(x), label(x))"
     |                           ^^^^^^^^^
help: did you mean "classifier"?
)_"},
      {"an unknown function far from all", varied("cross_entropy(", "hinge("),
       R"_(model.toml:16:13: error: unknown net or function "hinge"
  16 | minimize = "hinge(classifier(x), label(x))"
     |             ^^^^^
help: expected one of "trunk", "classifier", "cross_entropy", "bce", "mse", "label", "mean", "batch_mean"
)_"},
      {"an unknown name in an expression", varied("label(x)", "label(y)"),
       R"_(model.toml:16:48: error: unknown name "y"
  16 | minimize = "cross_entropy(classifier(x), label(y))"
     |                                                ^
help: expected "x"
)_"},
      {"a net that is not called", varied("classifier(x)", "classifier"),
       R"_(model.toml:16:27: error: "classifier" is a net and must be called
  16 | minimize = "cross_entropy(classifier, label(x))"
     |                           ^^^^^^^^^^
help: write classifier(...)
)_"},
      {"too few arguments of a function", varied(", label(x))", ")"),
       R"_(model.toml:16:13: error: cross_entropy takes 2 arguments, not 1
  16 | minimize = "cross_entropy(classifier(x))"
     |             ^^^^^^^^^^^^^
)_"},
      {"too many arguments of a net", varied("classifier(x)", "classifier(x, x)"),
       R"_(model.toml:16:27: error: the net "classifier" takes 1 argument, not 2
  16 | minimize = "cross_entropy(classifier(x, x), label(x))"
     |                           ^^^^^^^^^^
)_"},
      {"a label of unlabelled images", varied(R"("labeled 50")", R"("unlabeled 50")"),
       R"_(model.toml:16:48: error: "x" is drawn from "unlabeled" and has no labels
  16 | minimize = "cross_entropy(classifier(x), label(x))"
     |                                                ^
help: draw it from "labeled"
)_"},
      {"a label of something computed", varied("label(x)", "label(classifier(x))"),
       R"_(model.toml:16:48: error: label takes a name that is drawn from "labeled"
  16 | minimize = "cross_entropy(classifier(x), label(classifier(x)))"
     |                                                ^^^^^^^^^^
)_"},
      {"an expression that stops", varied(R"_(label(x))")_", R"_(label(x)")_"),
       R"_(model.toml:16:50: error: expected an operator, "," or ")", not the end of the expression
  16 | minimize = "cross_entropy(classifier(x), label(x)"
     |                                                  ^
)_"},
      {"an expression with too much", varied(R"_(label(x))")_", R"_(label(x)))")_"),
       R"_(model.toml:16:51: error: expected an operator or the end, not ")"
  16 | minimize = "cross_entropy(classifier(x), label(x)))"
     |                                                   ^
)_"},
      {"an expression with a strange character", varied("classifier(x), ", "classifier(x) × 2, "),
       R"_(model.toml:16:41: error: unexpected "×" in an expression
  16 | minimize = "cross_entropy(classifier(x) × 2, label(x))"
     |                                         ^
)_"},
      {"an expression over several lines", varied(R"_("cross_entropy(classifier(x), label(x))")_", R"_("""
  cross_entropy(classifier(x), \
    label(xx))""")_"),
       R"_(model.toml:18:11: error: unknown name "xx"
  18 |     label(xx))"""
     |           ^^
help: did you mean "x"?
)_"},
      {"training nothing", varied(R"(train = ["trunk"])", "train = []"),
       R"(model.toml:17:9: error: train names no net
  17 | train = []
     |         ^^
)"},
      {"training an unknown net", varied(R"(train = ["trunk"])", R"(train = ["trunks"])"),
       R"(model.toml:17:10: error: unknown net "trunks"
  17 | train = ["trunks"]
     |          ^^^^^^^^
help: did you mean "trunk"?
)"},
      {"training a net twice", varied(R"(train = ["trunk"])", R"(train = ["trunk", "trunk"])"),
       R"(model.toml:17:19: error: "trunk" is listed twice
  17 | train = ["trunk", "trunk"]
     |                   ^^^^^^^
)"},
      {"training what the loss does not see",
       varied(R"_(minimize = "cross_entropy(classifier(x), label(x))"
train = ["trunk"])_",
              R"_(minimize = "mean(trunk(x))"
train = ["classifier"])_"),
       R"(model.toml:17:10: error: minimize does not depend on the net "classifier"
  17 | train = ["classifier"]
     |          ^^^^^^^^^^^^
)"},
      {"an unknown optimizer of an update", varied(R"(optimizer = "adam")", R"(optimizer = "adan")"),
       R"(model.toml:18:13: error: unknown optimizer "adan"
  18 | optimizer = "adan"
     |             ^^^^^^
help: did you mean "adam"?
)"},
  });
}

}  // namespace
}  // namespace sganc
