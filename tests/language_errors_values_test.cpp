// What is said about wrong data, rates and cadences, to the letter.

#include "tests/wrong_models.h"

namespace sganc::testing {
namespace {

TEST(WrongModels, Data) {
  expect_complaints({
      {"a source of no type", but("[input]", "[data]\nsource = 3\n[input]"),
       R"_(model.toml:3:10: error: source must be a string or a table, not an integer
  3 | source = 3
    |          ^
help: write "mnist", or { folder = "..." }
)_"},
      {"arrays without images", but("[input]", "[data]\nsource = { labels = \"y.npy\" }\n[input]"),
       R"_(model.toml:3:10: error: source does not say where the images are
  3 | source = { labels = "y.npy" }
    |          ^^^^^^^^^^^^^^^^^^^^
help: write one of folder, images
)_"},
      {"images that are no path", but("[input]", "[data]\nsource = { images = 3 }\n[input]"),
       R"_(model.toml:3:21: error: images must be a string, not an integer
  3 | source = { images = 3 }
    |                     ^
)_"},
      {"test images without their labels",
       but("[input]", "[data]\nsource = { images = \"x.npy\", test_images = \"t.npy\" }\n[input]"),
       R"_(model.toml:3:30: error: source has "test_images", but no "test_labels"
  3 | source = { images = "x.npy", test_images = "t.npy" }
    |                              ^^^^^^^^^^^
)_"},
      {"a fit without a folder", but("[input]", "[data]\nsource = { fit = \"crop\" }\n[input]"),
       R"_(model.toml:3:10: error: source does not say where the images are
  3 | source = { fit = "crop" }
    |          ^^^^^^^^^^^^^^^^
help: write one of folder, images
)_"},
      {"a folder that is a list", but("[input]", "[data]\nsource = { folder = [\"a\", \"b\"] }\n[input]"),
       R"_(model.toml:3:21: error: folder must be a string, not a list
  3 | source = { folder = ["a", "b"] }
    |                     ^^^^^^^^^^
)_"},
      {"a total of none", but("[input]", "[data]\nlabels = { total = 0 }\n[input]"),
       R"_(model.toml:3:20: error: total must be at least 1, not 0
  3 | labels = { total = 0 }
    |                    ^
)_"},
      {"more than all of each class", but("[input]", "[data]\nlabels = { fraction = 1.5 }\n[input]"),
       R"_(model.toml:3:23: error: fraction must be at most 1, not 1.5
  3 | labels = { fraction = 1.5 }
    |                       ^^^
)_"},
      {"a count in words", but("[input]", "[data]\nlabels = { per_class = \"ten\" }\n[input]"),
       R"_(model.toml:3:24: error: per_class must be an integer, not a string
  3 | labels = { per_class = "ten" }
    |                        ^^^^^
)_"},
      {"all and some", but("[input]", "[data]\nlabels = { all = true, per_class = 3 }\n[input]"),
       R"_(model.toml:3:24: error: labels has "all" and "per_class"
  3 | labels = { all = true, per_class = 3 }
    |                        ^^^^^^^^^
help: write one of them
)_"},
      {"a seed below 0", but("[input]", "[data]\nlabels = { per_class = 3, seed = -1 }\n[input]"),
       R"_(model.toml:3:34: error: seed must be at least 0, not -1
  3 | labels = { per_class = 3, seed = -1 }
    |                                  ^^
)_"},
      {"held out with replacement",
       but("[input]", "[data]\nvalidation = { per_class = 5, replace = true }\n[input]"),
       R"_(model.toml:3:31: error: validation has no key "replace"
  3 | validation = { per_class = 5, replace = true }
    |                               ^^^^^^^
help: expected one of "per_class", "total", "fraction", "file", "seed", "given"
)_"},
      {"two choices of what is held out",
       but("[input]", "[data]\nvalidation = { total = 10, fraction = 0.5 }\n[input]"),
       R"_(model.toml:3:28: error: validation has "total" and "fraction"
  3 | validation = { total = 10, fraction = 0.5 }
    |                            ^^^^^^^^
help: write one of them
)_"},
      {"no part as a test", but("[input]", "[data]\ntest = { fraction = 0 }\n[input]"),
       R"_(model.toml:3:21: error: fraction must be greater than 0, not 0
  3 | test = { fraction = 0 }
    |                     ^
)_"},
      {"a test that is a number", but("[input]", "[data]\ntest = 0.1\n[input]"),
       R"_(model.toml:3:8: error: test must be a table, not a float
  3 | test = 0.1
    |        ^^^
help: write test = { fraction = 0.1 }
)_"},
      {"a misspelled table of data", but("[input]", "[data]\nvalidaton = { per_class = 5 }\n[input]"),
       R"_(model.toml:3:1: error: [data] has no key "validaton"
  3 | validaton = { per_class = 5 }
    | ^^^^^^^^^
help: did you mean "validation"?
)_"},
      {"a range of one", but("[input]", "[data]\nrange = [0]\n[input]"),
       R"_(model.toml:3:9: error: range must have 2 elements, not 1
  3 | range = [0]
    |         ^^^
)_"},
  });
}

TEST(WrongModels, RatesAndOptimizers) {
  expect_complaints({
      {"an unknown shape", but("rate = 2e-4", "rate = { from = 1e-3, to = 0, shape = \"cosin\" }"),
       R"_(model.toml:28:63: error: shape must be "constant", "linear" or "cosine", not "cosin"
  28 | adam = { kind = "adam", rate = { from = 1e-3, to = 0, shape = "cosin" } }
     |                                                               ^^^^^^^
help: did you mean "cosine"?
)_"},
      {"a warmup backwards", but("rate = 2e-4", "rate = { from = 1e-3, warmup = -1 }"),
       R"_(model.toml:28:56: error: warmup must be at least 0, not -1
  28 | adam = { kind = "adam", rate = { from = 1e-3, warmup = -1 } }
     |                                                        ^^
)_"},
      {"a rate of nothing", but("rate = 2e-4", "rate = { from = 0 }"),
       R"_(model.toml:28:41: error: from must be greater than 0, not 0
  28 | adam = { kind = "adam", rate = { from = 0 } }
     |                                         ^
)_"},
      {"a rate downwards below 0", but("rate = 2e-4", "rate = { from = 1e-3, to = -1e-4 }"),
       R"_(model.toml:28:52: error: to must be at least 0, not -1e-4
  28 | adam = { kind = "adam", rate = { from = 1e-3, to = -1e-4 } }
     |                                                    ^^^^^
)_"},
      {"an end within the warmup", but("rate = 2e-4", "rate = { from = 1e-3, warmup = 100, end = 50 }"),
       R"_(model.toml:28:67: error: a rate must end after it begins to change, at step 100, not at step 50
  28 | adam = { kind = "adam", rate = { from = 1e-3, warmup = 100, end = 50 } }
     |                                                                   ^^
)_"},
      {"a constant rate with a beginning",
       but("rate = 2e-4", "rate = { from = 1e-3, shape = \"constant\", begin = 10 }"),
       R"_(model.toml:28:67: error: a constant rate has no key "begin"
  28 | adam = { kind = "adam", rate = { from = 1e-3, shape = "constant", begin = 10 } }
     |                                                                   ^^^^^
)_"},
      {"a rate that is a list", but("rate = 2e-4", "rate = [1e-3, 0]"),
       R"_(model.toml:28:32: error: rate must be a number or a table, not a list
  28 | adam = { kind = "adam", rate = [1e-3, 0] }
     |                                ^^^^^^^^^
)_"},
      {"a rate of 0", but("rate = 2e-4", "rate = 0"),
       R"_(model.toml:28:32: error: rate must be greater than 0, not 0
  28 | adam = { kind = "adam", rate = 0 }
     |                                ^
)_"},
      {"a beginning of half a step", but("rate = 2e-4", "rate = { from = 1e-3, begin = 0.5 }"),
       R"_(model.toml:28:55: error: begin must be an integer, not a float
  28 | adam = { kind = "adam", rate = { from = 1e-3, begin = 0.5 } }
     |                                                       ^^^
)_"},
      {"a momentum of adam", but("rate = 2e-4", "rate = 2e-4, momentum = 0.9"),
       R"_(model.toml:28:38: error: an adam optimizer has no key "momentum"
  28 | adam = { kind = "adam", rate = 2e-4, momentum = 0.9 }
     |                                      ^^^^^^^^
help: expected one of "kind", "rate", "beta1", "beta2", "epsilon"
)_"},
      {"a key of another optimizer",
       but("adam = { kind = \"adam\", rate = 2e-4 }",
           "adam = { kind = \"rmsprop\", rate = 1e-3, beta1 = 0.5 }"),
       R"_(model.toml:28:41: error: an rmsprop optimizer has no key "beta1"
  28 | adam = { kind = "rmsprop", rate = 1e-3, beta1 = 0.5 }
     |                                         ^^^^^
help: expected one of "kind", "rate", "rho", "epsilon"
)_"},
      {"an optimizer without a rate",
       but("adam = { kind = \"adam\", rate = 2e-4 }", "adam = { kind = \"sgd\" }"),
       R"_(model.toml:28:8: error: an sgd optimizer needs the key "rate"
  28 | adam = { kind = "sgd" }
     |        ^^^^^^^^^^^^^^^^
)_"},
      {"an optimizer with a name that is none",
       but("adam = { kind = \"adam\", rate = 2e-4 }",
           "adam = { kind = \"adam\", rate = 2e-4 }\n\"my adam\" = { kind = \"sgd\", rate = 0.1 }"),
       R"_(model.toml:29:1: error: "my adam" cannot name an optimizer
  29 | "my adam" = { kind = "sgd", rate = 0.1 }
     | ^^^^^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_"},
  });
}

TEST(WrongModels, CadenceAndClipping) {
  expect_complaints({
      {"every step of none", but("optimizer = \"adam\"", "optimizer = \"adam\"\nevery = 0"),
       R"_(model.toml:35:9: error: every must be at least 1, not 0
  35 | every = 0
     |         ^
)_"},
      {"a first step in quotes", but("optimizer = \"adam\"", "optimizer = \"adam\"\nfrom_step = \"5\""),
       R"_(model.toml:35:13: error: from_step must be an integer, not a string
  35 | from_step = "5"
     |             ^^^
)_"},
      {"a step of more repetitions than are counted",
       but("optimizer = \"adam\"", "optimizer = \"adam\"\nrepeat = 70000"),
       R"_(model.toml:35:10: error: repeat must be at most 65535, not 70000
  35 | repeat = 70000
     |          ^^^^^
)_"},
      {"half a repetition", but("optimizer = \"adam\"", "optimizer = \"adam\"\nrepeat = 0.5"),
       R"_(model.toml:35:10: error: repeat must be an integer, not a float
  35 | repeat = 0.5
     |          ^^^
)_"},
      {"gradients of no length", but("optimizer = \"adam\"", "optimizer = \"adam\"\nclip_norm = 0"),
       R"_(model.toml:35:13: error: clip_norm must be greater than 0, not 0
  35 | clip_norm = 0
     |             ^
)_"},
      {"statistics of a net without batch_norm",
       but("optimizer = \"adam\"", "optimizer = \"adam\"\nstatistics = [\"x\"]"),
       R"_(model.toml:35:15: error: no running means move by "x"
  35 | statistics = ["x"]
     |               ^^^
help: name a value that a net with batch_norm is applied to, one that the update trains
)_"},
      {"a limit below 0", but("optimizer = \"adam\"", "optimizer = \"adam\"\nclip_value = -1"),
       R"_(model.toml:35:14: error: clip_value must be greater than 0, not -1
  35 | clip_value = -1
     |              ^^
)_"},
      {"a limit of no kind", but("optimizer = \"adam\"", "optimizer = \"adam\"\nclip = 1"),
       R"_(model.toml:35:1: error: [[update]] has no key "clip"
  35 | clip = 1
     | ^^^^
help: expected one of "draw", "let", "name", "minimize", "train", "optimizer", "statistics", "replace", "every", "from_step", "to_step", "repeat", "clip_value", "clip_norm", "clip_weights"
)_"},
      {"more epochs than are counted", but("[input]", "[train]\nepochs = 10000000\n[input]"),
       R"_(model.toml:3:10: error: epochs must be at most 1000000, not 10000000
  3 | epochs = 10000000
    |          ^^^^^^^^
)_"},
      {"steps of nothing", but("[input]", "[train]\nsteps_per_epoch = 0\n[input]"),
       R"_(model.toml:3:19: error: steps_per_epoch must be at least 1, not 0
  3 | steps_per_epoch = 0
    |                   ^
)_"},
      {"a seed of 64 bits is no mistake, one of more is",
       but("[input]", "[train]\nseed = 9223372036854775808\n[input]"),
       R"_(model.toml:3:27: error: while parsing decimal integer: '9223372036854775808' is not representable in 64 bits
  3 | seed = 9223372036854775808
    |                           ^
)_"},
  });
}

}  // namespace
}  // namespace sganc::testing
