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
help: expected "per_class"
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
       R"(model.toml:3:10: error: source must be a string, not a date
  3 | source = 2020-01-01
    |          ^^^^^^^^^^
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
       R"(model.toml:3:10: error: source must be "mnist" or "fashion-mnist", not "fashion_mnist"
  3 | source = "fashion_mnist"
    |          ^^^^^^^^^^^^^^^
help: did you mean "fashion-mnist"?
)"},
      {"a data set far from all", with(R"([data]
source = "imagenet"
)"),
       R"(model.toml:3:10: error: source must be "mnist" or "fashion-mnist", not "imagenet"
  3 | source = "imagenet"
    |          ^^^^^^^^^^
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
       R"(model.toml:3:13: error: each element of range must be a number, not a string
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
       R"(model.toml:3:20: error: each element of splits must be "train" or "test", not "tests"
  3 | splits = ["train", "tests"]
    |                    ^^^^^^^
help: did you mean "test"?
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
help: expected one of "labels", "source", "range"
model.toml:2:34: error: source must be a string, not an integer
  2 | data = { "größe ✓" = 1, source = 3 }
    |                                  ^
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
      {"an image of two numbers", varied("[28, 28, 1]", "[28, 28]"),
       R"(model.toml:3:9: error: image must have 3 elements, not 2
  3 | image = [28, 28]
    |         ^^^^^^^^
)"},
      {"an image of no height", varied("[28, 28, 1]", "[0, 28, 1]"),
       R"(model.toml:3:10: error: each element of image must be at least 1, not 0
  3 | image = [0, 28, 1]
    |          ^
)"},
      {"an input that is a word", varied("[28, 28, 1]", R"("28x28")"),
       R"(model.toml:3:9: error: the input "image" must be a list or a table, not a string
  3 | image = "28x28"
    |         ^^^^^^^
help: an image is a list of height, width and channels; a latent input is a table with a size
)"},
      {"a latent input without a size", varied("{ size = 100 }", "{ sise = 100 }"),
       R"(model.toml:4:7: error: a latent input has no key "sise"
  4 | z = { sise = 100 }
    |       ^^^^
help: did you mean "size"?
)"},
      {"an unknown distribution", varied("{ size = 100 }", R"({ size = 100, distribution = "norml" })"),
       R"(model.toml:4:34: error: distribution must be "normal" or "uniform", not "norml"
  4 | z = { size = 100, distribution = "norml" }
    |                                  ^^^^^^^
help: did you mean "normal"?
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
