// What is printed about wrong sections, to the letter.

#include "tests/language_testing.h"

namespace sganc {
namespace {

TEST(LanguageErrors, Sections) {
  expect_printed({
      {"an empty file", "",
       R"(model.toml: error: a model needs the key "name"
model.toml: error: a model needs at least one net: [net.NAME]
)"},
      {"a name that is a path", R"(name = "../m")",
       R"(model.toml: error: a model needs at least one net: [net.NAME]
model.toml:1:8: error: "../m" cannot name a model
  1 | name = "../m"
    |        ^^^^^^
help: a name holds letters, digits, "-", "_" and ".", and does not begin with "."
)"},
      {"a name that is a number", "name = 3",
       R"(model.toml: error: a model needs at least one net: [net.NAME]
model.toml:1:8: error: name must be a string, not an integer
  1 | name = 3
    |        ^
)"},
      {"a file of another kind", R"({"name": "m"})",
       R"(model.toml:1:1: error: while parsing root table: expected keys, tables, whitespace or comments, saw '{'
  1 | {"name": "m"}
    | ^
help: a model is written in TOML
)"},
      {"syntax: no value", with(R"(epochs =
)"),
       R"(model.toml:2:9: error: while parsing key-value pair: expected value, saw '\n'
  2 | epochs =
    |         ^
)"},
      {"syntax: two keys alike", with(R"(name = "n"
)"),
       R"(model.toml:2:8: error: while parsing key-value pair: cannot redefine existing string 'name'
  2 | name = "n"
    |        ^
)"},
      {"syntax: a bare word", with(R"(data = mnist
)"),
       R"(model.toml:2:8: error: while parsing value: could not determine value type
  2 | data = mnist
    |        ^
help: words stand between quotes: "relu"
)"},
      {"an unknown section", with(R"([trian]
epochs = 3
)"),
       R"(model.toml:2:2: error: a model has no key "trian"
  2 | [trian]
    |  ^^^^^
help: did you mean "train"?
)"},
      {"an unknown key, a near one", with(R"([train]
epoch = 3
)"),
       R"(model.toml:3:1: error: [train] has no key "epoch"
  3 | epoch = 3
    | ^^^^^
help: did you mean "epochs"?
)"},
      {"an unknown key, none near", with(R"([data.labels]
number_of_them = 3
)"),
       R"(model.toml:3:1: error: labels has no key "number_of_them"
  3 | number_of_them = 3
    | ^^^^^^^^^^^^^^
help: expected one of "per_class", "total", "fraction", "file", "seed", "all", "replace"
)"},
      {"a string for an integer", with(R"([train]
epochs = "many"
)"),
       R"(model.toml:3:10: error: epochs must be an integer, not a string
  3 | epochs = "many"
    |          ^^^^^^
)"},
      {"a float for an integer", with(R"([train]
epochs = 2.5
)"),
       R"(model.toml:3:10: error: epochs must be an integer, not a float
  3 | epochs = 2.5
    |          ^^^
)"},
      {"a table for an integer", with(R"([train]
epochs = { count = 2 }
)"),
       R"(model.toml:3:10: error: epochs must be an integer, not a table
  3 | epochs = { count = 2 }
    |          ^^^^^^^^^^^^^
)"},
      {"a boolean for a number", with(R"([train]
checkpoint_minutes = true
)"),
       R"(model.toml:3:22: error: checkpoint_minutes must be a number, not a boolean
  3 | checkpoint_minutes = true
    |                      ^^^^
)"},
      {"a date for a string", with(R"([data]
source = 2020-01-01
)"),
       R"(model.toml:3:10: error: source must be a string or a table, not a date
  3 | source = 2020-01-01
    |          ^^^^^^^^^^
help: write "mnist", or { folder = "..." }
)"},
      {"a string for a section", with(R"(train = "long"
)"),
       R"(model.toml:2:9: error: train must be a table, not a string
  2 | train = "long"
    |         ^^^^^^
)"},
      {"below the least", with(R"([train]
epochs = 0
)"),
       R"(model.toml:3:10: error: epochs must be at least 1, not 0
  3 | epochs = 0
    |          ^
)"},
      {"keep nothing", with(R"([train]
keep = 0
)"),
       R"(model.toml:3:8: error: keep must be at least 1, not 0
  3 | keep = 0
    |        ^
)"},
      {"not above the bound", with(R"([train]
checkpoint_minutes = 0
)"),
       R"(model.toml:3:22: error: checkpoint_minutes must be greater than 0, not 0
  3 | checkpoint_minutes = 0
    |                      ^
)"},
      {"not finite", with(R"([train]
checkpoint_minutes = inf
)"),
       R"(model.toml:3:22: error: checkpoint_minutes must be finite, not inf
  3 | checkpoint_minutes = inf
    |                      ^^^
)"},
      {"a negative seed", with(R"([train]
seed = -1
)"),
       R"(model.toml:3:8: error: seed must be at least 0, not -1
  3 | seed = -1
    |        ^^
)"},
      {"a data set near a known one", with(R"([data]
source = "fashion_mnist"
)"),
       R"(model.toml:3:10: error: source must be "mnist", "fashion-mnist" or "cifar10", not "fashion_mnist"
  3 | source = "fashion_mnist"
    |          ^^^^^^^^^^^^^^^
help: did you mean "fashion-mnist"?
)"},
      {"a data set far from all", with(R"([data]
source = "imagenet"
)"),
       R"(model.toml:3:10: error: source must be "mnist", "fashion-mnist" or "cifar10", not "imagenet"
  3 | source = "imagenet"
    |          ^^^^^^^^^^
help: a folder of images is written source = { folder = "imagenet" }
)"},
      {"labels that are no table", with(R"([data]
labels = 10
)"),
       R"(model.toml:3:10: error: labels must be a table, not an integer
  3 | labels = 10
    |          ^^
help: write labels = { per_class = 10 }
)"},
      {"no labels", with(R"([data]
labels = { per_class = 0 }
)"),
       R"(model.toml:3:24: error: per_class must be at least 1, not 0
  3 | labels = { per_class = 0 }
    |                        ^
)"},
      {"two choices of labels", with(R"([data.labels]
seed = 3
total = 25
per_class = 10
)"),
       R"(model.toml:5:1: error: labels has "total" and "per_class"
  5 | per_class = 10
    | ^^^^^^^^^
help: write one of them
)"},
      {"a label of each half class", with(R"([data]
labels = { fraction = 1.5 }
)"),
       R"(model.toml:3:23: error: fraction must be at most 1, not 1.5
  3 | labels = { fraction = 1.5 }
    |                       ^^^
)"},
      {"not all labels", with(R"([data]
labels = { all = false }
)"),
       R"(model.toml:3:18: error: all can only be true
  3 | labels = { all = false }
    |                  ^^^^^
help: leave it out, and say which images instead
)"},
      {"a file drawn with replacement", with(R"([data]
labels = { file = "labels.txt", replace = true }
)"),
       R"(model.toml:3:43: error: replace applies only to a random choice, and "file" is none
  3 | labels = { file = "labels.txt", replace = true }
    |                                           ^^^^
)"},
      {"a file that is a number", with(R"([data]
labels = { file = 3 }
)"),
       R"(model.toml:3:19: error: file must be a string, not an integer
  3 | labels = { file = 3 }
    |                   ^
)"},
      {"validation that is no table", with(R"([data]
validation = 1000
)"),
       R"(model.toml:3:14: error: validation must be a table, not an integer
  3 | validation = 1000
    |              ^^^^
help: write validation = { per_class = 100 }
)"},
      {"validation of nothing", with(R"([data]
validation = { seed = 3 }
)"),
       R"(model.toml:3:14: error: validation does not say which images
  3 | validation = { seed = 3 }
    |              ^^^^^^^^^^^^
help: write one of per_class, total, fraction, file, given
)"},
      {"validation images that are not given", with(R"([data]
validation = { given = false }
)"),
       R"(model.toml:3:24: error: given can only be true
  3 | validation = { given = false }
    |                        ^^^^^
help: leave it out, and say which images instead
)"},
      {"all images held out", with(R"([data]
validation = { all = true, replace = true }
)"),
       R"(model.toml:3:16: error: validation has no key "all"
  3 | validation = { all = true, replace = true }
    |                ^^^
help: expected one of "per_class", "total", "fraction", "file", "seed", "given"
model.toml:3:28: error: validation has no key "replace"
  3 | validation = { all = true, replace = true }
    |                            ^^^^^^^
help: expected one of "per_class", "total", "fraction", "file", "seed", "given"
)"},
      {"a misspelled choice of validation images", with(R"([data]
validation = { totl = 30 }
)"),
       R"(model.toml:3:16: error: validation has no key "totl"
  3 | validation = { totl = 30 }
    |                ^^^^
help: did you mean "total"?
)"},
      {"a range of three", with(R"([data]
range = [0, 1, 2]
)"),
       R"(model.toml:3:9: error: range must have 2 elements, not 3
  3 | range = [0, 1, 2]
    |         ^^^^^^^^^
)"},
      {"a range of words", with(R"([data]
range = [0, "one"]
)"),
       R"(model.toml:3:13: error: each element of "range" must be a number, not a string
  3 | range = [0, "one"]
    |             ^^^^^
)"},
      {"a range downwards", with(R"([data]
range = [1, -1.5]
)"),
       R"(model.toml:3:9: error: range must go upwards, not from 1 to -1.5
  3 | range = [1, -1.5]
    |         ^^^^^^^^^
)"},
      {"an unknown net to evaluate", with(R"([evaluate]
classifier = "clasifier"
)"),
       R"(model.toml:3:14: error: unknown net "clasifier"
  3 | classifier = "clasifier"
    |              ^^^^^^^^^^^
help: did you mean "classifier"?
)"},
      {"an unknown split", with(R"([evaluate]
splits = ["train", "tests"]
)"),
       R"(model.toml:3:20: error: each element of "splits" must be "train", "validation" or "test", not "tests"
  3 | splits = ["train", "tests"]
    |                    ^^^^^^^
help: did you mean "test"?
)"},
      {"a split that is not declared", with(R"([evaluate]
splits = ["train", "validation"]
)"),
       R"(model.toml:3:20: error: there is no split "validation": no training images are held out
  3 | splits = ["train", "validation"]
    |                    ^^^^^^^^^^^^
help: write validation = { per_class = 100 } under [data]
)"},
      {"a split whose declaration is wrong", with(R"([evaluate]
splits = ["validation"]
[data]
validation = { total = 0 }
)"),
       R"(model.toml:5:24: error: total must be at least 1, not 0
  5 | validation = { total = 0 }
    |                        ^
)"},
      {"no evaluation", with(R"([evaluate]
every = 0
)"),
       R"(model.toml:3:9: error: every must be at least 1, not 0
  3 | every = 0
    |         ^
)"},
      {"a split twice", with(R"([evaluate]
splits = ["test", "test"]
)"),
       R"(model.toml:3:19: error: "test" is listed twice
  3 | splits = ["test", "test"]
    |                   ^^^^^^
)"},
      {"a tab before the mistake", with(R"([train]
	epochs	=	"x"
)"),
       R"(model.toml:3:11: error: epochs must be an integer, not a string
  3 | 	epochs	=	"x"
    | 	      	 	^^^
)"},
      {"letters of several bytes before the mistake", with(R"(data = { "größe ✓" = 1, source = 3 }
)"),
       R"(model.toml:2:10: error: [data] has no key "größe ✓"
  2 | data = { "größe ✓" = 1, source = 3 }
    |          ^^^^^^^^^
help: expected one of "source", "labels", "validation", "test", "range", "background", "unreadable", "limit", "memory"
model.toml:2:34: error: source must be a string or a table, not an integer
  2 | data = { "größe ✓" = 1, source = 3 }
    |                                  ^
help: write "mnist", or { folder = "..." }
)"},
      {"three mistakes at once, by place", with(R"([train]
seed = 1.5
epochs = 0
[evaluate]
generator = "classifer"
)"),
       R"(model.toml:3:8: error: seed must be an integer, not a float
  3 | seed = 1.5
    |        ^^^
model.toml:4:10: error: epochs must be at least 1, not 0
  4 | epochs = 0
    |          ^
model.toml:6:13: error: unknown net "classifer"
  6 | generator = "classifer"
    |             ^^^^^^^^^^^
help: did you mean "classifier"?
)"},
      {"a critic that gives no probability", with("evaluate = { critic = \"trunk\" }\n"),
       R"(model.toml:2:23: error: the net "trunk" is no critic
  2 | evaluate = { critic = "trunk" }
    |                       ^^^^^^^
help: a critic ends in a sigmoid, and an update minimizes a function of it
)"},
      {"an image of two numbers", varied("[28, 28, 1]", "[28, 28]"),
       R"(model.toml:3:9: error: image must have 3 elements, not 2
  3 | image = [28, 28]
    |         ^^^^^^^^
)"},
      {"an image of no height", varied("[28, 28, 1]", "[0, 28, 1]"),
       R"(model.toml:3:10: error: each element of "image" must be at least 1, not 0
  3 | image = [0, 28, 1]
    |          ^
)"},
      {"an input that is a word", varied("[28, 28, 1]", R"("28x28")"),
       R"(model.toml:3:9: error: the input "image" must be a list or a table, not a string
  3 | image = "28x28"
    |         ^^^^^^^
help: an image is a list of height, width and channels; a latent input is a table with a size, a label input one with classes
)"},
      {"a latent input without a size", varied("{ size = 100 }", "{ sise = 100 }"),
       R"(model.toml:4:7: error: a latent input has no key "sise"
  4 | z = { sise = 100 }
    |       ^^^^
help: did you mean "size"?
)"},
      {"an unknown distribution", varied("{ size = 100 }", R"({ size = 100, distribution = "norml" })"),
       R"(model.toml:4:34: error: distribution must be "normal", "uniform" or "beta", not "norml"
  4 | z = { size = 100, distribution = "norml" }
    |                                  ^^^^^^^
help: did you mean "normal"?
)"},
      {"a parameter of another distribution", varied("{ size = 100 }", R"({ size = 100, alpha = 0.5 })"),
       R"(model.toml:4:27: error: alpha is a parameter of the beta distribution
  4 | z = { size = 100, alpha = 0.5 }
    |                           ^^^
help: write distribution = "beta"
)"},
      {"an input named as a source of images", varied("z = { size = 100 }", "labeled = { size = 100 }"),
       R"(model.toml:4:1: error: "labeled" cannot name an input: it is where updates draw images from
  4 | labeled = { size = 100 }
    | ^^^^^^^
)"},
  });
}

}  // namespace
}  // namespace sganc
