// What is said about wrong evaluations, and about what is no TOML, to the letter.

#include "tests/wrong_models.h"

namespace sganc::testing {
namespace {

TEST(WrongModels, Evaluation) {
  expect_complaints({
      {"a critic that gives no probability", but("[input]", "[evaluate]\ncritic = \"trunk\"\n[input]"),
       R"_(model.toml:3:10: error: the net "trunk" is no critic
  3 | critic = "trunk"
    |          ^^^^^^^
help: a critic ends in a sigmoid, and an update minimizes a function of it
)_"},
      {"a misspelled critic", but("[input]", "[evaluate]\ncritic = \"critc\"\n[input]"),
       R"_(model.toml:3:10: error: unknown net "critc"
  3 | critic = "critc"
    |          ^^^^^^^
help: did you mean "critic"?
)_"},
      {"never", but("[input]", "[evaluate]\nevery = 0\n[input]"),
       R"_(model.toml:3:9: error: every must be at least 1, not 0
  3 | every = 0
    |         ^
)_"},
      {"an average in words", but("[input]", "[evaluate]\naverage = \"yes\"\n[input]"),
       R"_(model.toml:3:11: error: average must be true or false, not a string
  3 | average = "yes"
    |           ^^^^^
)_"},
      {"a split that is no list", but("[input]", "[evaluate]\nsplits = \"train\"\n[input]"),
       R"_(model.toml:3:10: error: splits must be a list of strings, not a string
  3 | splits = "train"
    |          ^^^^^^^
)_"},
      {"a split that is no word", but("[input]", "[evaluate]\nsplits = [\"train\", 3]\n[input]"),
       R"_(model.toml:3:20: error: each element of "splits" must be "train", "validation" or "test", not an integer
  3 | splits = ["train", 3]
    |                    ^
)_"},
      {"a classifier of latent points", but("[input]", "[evaluate]\nclassifier = \"generator\"\n[input]"),
       R"_(model.toml:3:14: error: a classifier is a function of an image alone, not of z and y
  3 | classifier = "generator"
    |              ^^^^^^^^^^^
help: classifier = "" under [evaluate] measures none
)_"},
      {"a generator of images", but("[input]", "[evaluate]\ngenerator = \"trunk\"\n[input]"),
       R"_(model.toml:3:13: error: a generator is a function of latent inputs and labels, not of image
  3 | generator = "trunk"
    |             ^^^^^^^
help: generator = "" under [evaluate] draws none
)_"},
      {"a classifier that is a number", but("[input]", "[evaluate]\nclassifier = 1\n[input]"),
       R"_(model.toml:3:14: error: classifier must be a string, not an integer
  3 | classifier = 1
    |              ^
)_"},
      {"a misspelled key", but("[input]", "[evaluate]\nclassifer = \"classifier\"\n[input]"),
       R"_(model.toml:3:1: error: [evaluate] has no key "classifer"
  3 | classifer = "classifier"
    | ^^^^^^^^^
help: did you mean "classifier"?
)_"},
      {"a generator that makes no images",
       but("bce(critic(generator(p, k)), 1)", "mean(generator(p, k))",
           but("  { kind = \"reshape\", shape = [8, 8, 1] },\n", "")),
       R"_(model.toml:20:6: error: a generator makes images, not [100, 64]
  20 | [net.generator]
     |      ^^^^^^^^^
)_"},
      {"an average of averages", but("[input]", "[average]\ndecays = 0.9\n[input]"),
       R"_(model.toml:3:1: error: [average] has no key "decays"
  3 | decays = 0.9
    | ^^^^^^
help: did you mean "decay"?
)_"},
      {"a yes that is a number", but("[input]", "keras_compat = 1\n[input]"),
       R"_(model.toml:2:16: error: keras_compat must be true or false, not an integer
  2 | keras_compat = 1
    |                ^
)_"},
  });
}

TEST(WrongModels, Syntax) {
  expect_complaints({
      {"a string without an end", but("of = \"image\"", "of = \"image"),
       R"_(model.toml:7:12: error: while parsing string: unescaped control characters other than TAB (U+0009) are explicitly prohibited
  7 | of = "image
    |            ^
help: a string ends with a quote on its line
)_"},
      {"a table twice", but("[net.critic]", "[net.trunk]"),
       R"_(model.toml:17:1: error: while parsing table header: cannot redefine existing table 'net.trunk'
  17 | [net.trunk]
     | ^
)_"},
      {"a key twice in one line", but("units = 64", "units = 64, units = 32"),
       R"_(model.toml:24:41: error: while parsing key-value pair: cannot redefine existing integer 'units'
  24 |   { kind = "dense", units = 64, units = 32 },
     |                                         ^
)_"},
      {"a month that is none", but("[input]", "[train]\nepochs = 2024-13-01\n[input]"),
       R"_(model.toml:3:17: error: while parsing date: expected month between 1 and 12 (inclusive), saw 13
  3 | epochs = 2024-13-01
    |                 ^
)_"},
      {"a list without an end", but("layers = [{ kind = \"softmax\" }]", "layers = [{ kind = \"softmax\" }"),
       R"_(model.toml:17:1: error: while parsing array: expected comma or closing ']', saw '['
  17 | [net.critic]
     | ^
help: a list above this line has no "]"
)_"},
      {"no comma in a table", but("filters = 4, kernel", "filters = 4 kernel"),
       R"_(model.toml:9:32: error: while parsing inline table: expected comma or closing '}', saw 'k'
  9 |   { kind = "conv", filters = 4 kernel = 3 },
    |                                ^
)_"},
      {"a table over two lines", but("z = { size = 4 }", "z = { size = 4,\n  distribution = \"normal\" }"),
       R"_(model.toml:4:16: error: while parsing inline table: expected key or closing '}', saw '\n'
  4 | z = { size = 4,
    |                ^
help: a table in { } ends on the line on which it begins
)_"},
      {"an escape that is none", but("of = \"image\"", "of = \"im\\age\""),
       R"_(model.toml:7:10: error: while parsing string: unknown escape sequence '\a'
  7 | of = "im\age"
    |          ^
help: a backslash is written twice; between single quotes once
)_"},
      {"a zero before a number", but("units = 64", "units = 064"),
       R"_(model.toml:24:32: error: while parsing decimal integer: leading zeroes are prohibited
  24 |   { kind = "dense", units = 064 },
     |                                ^
)_"},
      {"a header without an end", but("[net.critic]", "[net.critic"),
       R"_(model.toml:17:12: error: while parsing table header: expected ']', saw '\n'
  17 | [net.critic
     |            ^
)_"},
      {"a key without a value", but("of = \"image\"", "of"),
       R"_(model.toml:7:3: error: while parsing key-value pair: expected '=', saw '\n'
  7 | of
    |   ^
help: write KEY = VALUE
)_"},
      {"two values", but("of = \"image\"", "of = \"image\" \"z\""),
       R"_(model.toml:7:14: error: while parsing key-value pair: expected a comment or whitespace, saw '"'
  7 | of = "image" "z"
    |              ^
)_"},
      {"an integer of more than 64 bits", but("units = 64", "units = 99999999999999999999"),
       R"_(model.toml:24:49: error: while parsing decimal integer: '99999999999999999999' is not representable in 64 bits
  24 |   { kind = "dense", units = 99999999999999999999 },
     |                                                 ^
)_"},
      {"a word without quotes", but("kind = \"relu\"", "kind = relu"),
       R"_(model.toml:10:12: error: while parsing value: could not determine value type
  10 |   { kind = relu },
     |            ^
help: words stand between quotes: "relu"
)_"},
      {"a yes in capitals", but("name = \"m\"", "name = \"m\"\nkeras_compat = True"),
       R"_(model.toml:2:16: error: while parsing boolean: expected 'true', saw 'T'
  2 | keras_compat = True
    |                ^
help: write true or false, in small letters
)_"},
      {"curly quotes", but("of = \"image\"", "of = “image”"),
       R"_(model.toml:7:6: error: while parsing value: could not determine value type
  7 | of = “image”
    |      ^
help: words stand between quotes: "relu"
)_"},
      {"one list header too few", but("[[update]]\nname = \"g\"", "[update]\nname = \"g\""),
       R"_(model.toml:35:1: error: while parsing table header: cannot redefine existing array 'update' as table
  35 | [update]
     | ^
help: each table of a list has a header of its own: [[NAME]]
)_"},
      {"another format", "{ \"name\": \"m\" }\n",
       R"_(model.toml:1:1: error: while parsing root table: expected keys, tables, whitespace or comments, saw '{'
  1 | { "name": "m" }
    | ^
help: a model is written in TOML
)_"},
      {"a line of prose", "this is no model\n",
       R"_(model.toml:1:6: error: while parsing key-value pair: expected '=', saw 'i'
  1 | this is no model
    |      ^
help: write KEY = VALUE
)_"},
  });
}

}  // namespace
}  // namespace sganc::testing
