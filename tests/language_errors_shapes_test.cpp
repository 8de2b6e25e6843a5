// What is said about shapes that do not fit, to the letter.

#include "tests/wrong_models.h"

namespace sganc::testing {
namespace {

TEST(WrongModels, Shapes) {
  expect_complaints({
      {"a convolution of a vector",
       but("{ kind = \"concat\" }", "{ kind = \"concat\" },\n  { kind = \"conv\", filters = 1, kernel = 3 }"),
       R"_(model.toml:24:12: error: conv needs an image, but its input is [20, 14]
  24 |   { kind = "conv", filters = 1, kernel = 3 },
     |            ^^^^^^
)_"},
      {"a dense layer on an image", but("  { kind = \"flatten\" },\n", ""),
       R"_(model.toml:11:12: error: dense needs vectors, but its input is [20, 8, 8, 4]: put a flatten before it
  11 |   { kind = "dense", units = 10 },
     |            ^^^^^^^
)_"},
      {"a reshape that does not fit", but("shape = [8, 8, 1]", "shape = [8, 8, 3]"),
       R"_(model.toml:25:12: error: cannot reshape [64] (64 elements) to [8, 8, 3] (192 elements)
  25 |   { kind = "reshape", shape = [8, 8, 3] },
     |            ^^^^^^^^^
)_"},
      {"a reshape of more than can be counted",
       but("shape = [8, 8, 1]", "shape = [2147483647, 2147483647, 2147483647]"),
       R"_(model.toml:25:12: error: cannot reshape to [2147483647, 2147483647, 2147483647], which has too many elements
  25 |   { kind = "reshape", shape = [2147483647, 2147483647, 2147483647] },
     |            ^^^^^^^^^
)_"},
      {"images of different sizes joined",
       but("  { kind = \"relu\" },",
           "  { kind = \"conv\", filters = 4, kernel = 3, stride = 2 },\n  { kind = \"concat\", from = "
           "[\"conv_1\", \"conv_2\"] },"),
       R"_(model.toml:11:12: error: concat needs inputs that differ in their last axis alone, not [20, 8, 8, 4] and [20, 4, 4, 4]
  11 |   { kind = "concat", from = ["conv_1", "conv_2"] },
     |            ^^^^^^^^
)_"},
      {"a sum of different channels",
       but("  { kind = \"relu\" },", "  { kind = \"add\", from = [\"conv_1\", \"image\"] },"),
       R"_(model.toml:10:12: error: add needs inputs of one shape, not [20, 8, 8, 4] and [20, 8, 8, 1]
  10 |   { kind = "add", from = ["conv_1", "image"] },
     |            ^^^^^
)_"},
      {"groups that do not divide the channels", but("kernel = 3", "kernel = 3, groups = 2"),
       R"_(model.toml:9:12: error: conv cannot divide 1 channel into 2 groups
  9 |   { kind = "conv", filters = 4, kernel = 3, groups = 2 },
    |            ^^^^^^
)_"},
      {"a kernel larger than the image", but("kernel = 3", "kernel = 9, padding = \"valid\""),
       R"_(model.toml:9:12: error: a kernel of 9 is larger than the padded image [20, 8, 8, 1]
  9 |   { kind = "conv", filters = 4, kernel = 9, padding = "valid" },
    |            ^^^^^^
)_"},
      {"a window larger than the image",
       but("  { kind = \"relu\" },", "  { kind = \"max_pool\", size = 9 },"),
       R"_(model.toml:10:12: error: max_pool needs an image of at least [9, 9], but its input is [20, 8, 8, 4]
  10 |   { kind = "max_pool", size = 9 },
     |            ^^^^^^^^^^
)_"},
      {"a padding that leaves nothing",
       but("  { kind = \"relu\" },",
           "  { kind = \"conv_transpose\", filters = 4, kernel = 1, padding = 4 },"),
       R"_(model.toml:10:12: error: conv_transpose with padding [4, 4] leaves nothing of [20, 8, 8, 4]
  10 |   { kind = "conv_transpose", filters = 4, kernel = 1, padding = 4 },
     |            ^^^^^^^^^^^^^^^^
)_"},
      {"an upsampled vector",
       but("{ kind = \"concat\" }", "{ kind = \"concat\" },\n  { kind = \"upsample\" }"),
       R"_(model.toml:24:12: error: upsample needs an image, but its input is [20, 14]
  24 |   { kind = "upsample" },
     |            ^^^^^^^^^^
)_"},
      {"a pooled vector",
       but("{ kind = \"concat\" }", "{ kind = \"concat\" },\n  { kind = \"global_average_pool\" }"),
       R"_(model.toml:24:12: error: global_average_pool needs an image, but its input is [20, 14]
  24 |   { kind = "global_average_pool" },
     |            ^^^^^^^^^^^^^^^^^^^^^
)_"},
      {"a class of an image", but("  { kind = \"relu\" },", "  { kind = \"embedding\", size = 3 },"),
       R"_(model.toml:10:12: error: embedding needs a vector of classes for each example, not [20, 8, 8, 4]
  10 |   { kind = "embedding", size = 3 },
     |            ^^^^^^^^^^^
)_"},
      {"a generator of images of another size",
       but("shape = [8, 8, 1]", "shape = [4, 4, 1]", but("units = 64", "units = 16")),
       R"_(model.toml:38:17: error: the net "trunk" takes image [8, 8, 1], but is given [4, 4, 1]
  38 | minimize = "bce(critic(generator(p, k)), 1)"
     |                 ^^^^^^
)_"},
      {"images larger than memory", but("image = [8, 8, 1]", "image = [100000, 100000, 3]"),
       R"_(model.toml:3:9: error: an image of 3e10 numbers is too large
  3 | image = [100000, 100000, 3]
    |         ^^^^^^^^^^^^^^^^^^^
help: an image has at most 1e9
)_"},
      {"points larger than memory",
       but("y 20", "y 10000", but("z 20", "z 10000", but("size = 4", "size = 1000000"))),
       R"_(model.toml:37:10: error: [10000, 1000000] has too many elements
  37 | draw = { p = "z 10000", k = "y 10000" }
     |          ^
)_"},
      {"weights larger than memory", but("units = 10", "units = 2000000000"),
       R"_(model.toml:12:12: error: [2000000000, 256] has too many elements
  12 |   { kind = "dense", units = 2000000000 },
     |            ^^^^^^^
)_"},
      {"classes of one number",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(critic(x), label(x))"),
       R"_(model.toml:32:13: error: cross_entropy needs a vector of probabilities for each example, not [20]
  32 | minimize = "cross_entropy(critic(x), label(x))"
     |             ^^^^^^^^^^^^^
)_"},
      {"a classifier of fewer classes",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(x), one_hot(label(x), 3))"),
       R"_(model.toml:32:13: error: cross_entropy needs a label or probabilities for each example, or the number of a class, not f32[20, 3]
  32 | minimize = "cross_entropy(classifier(x), one_hot(label(x), 3))"
     |             ^^^^^^^^^^^^^
)_"},
      {"a distance of two shapes", but("cross_entropy(classifier(x), label(x))", "mse(trunk(x), x)"),
       R"_(model.toml:32:13: error: mse needs two values of one shape, or a number on one side, not [20, 10] and [20, 8, 8, 1]
  32 | minimize = "mse(trunk(x), x)"
     |             ^^^
)_"},
      {"a probability of a list", but("generator(p, k)), 1)", "generator(p, k)), [1, 1])"),
       R"_(model.toml:38:13: error: bce needs two values of one shape, or a number on one side, not [20] and [2]
  38 | minimize = "bce(critic(generator(p, k)), [1, 1])"
     |             ^^^
)_"},
      {"a loss for each example", but("bce(critic(generator(p, k)), 1)", "-log(critic(generator(p, k)))"),
       R"_(model.toml:38:13: error: minimize must be one number, but this is [20]
  38 | minimize = "-log(critic(generator(p, k)))"
     |             ^
help: take its mean(...)
)_"},
      {"a loss for each class", but("cross_entropy(classifier(x), label(x))", "batch_mean(classifier(x))"),
       R"_(model.toml:32:13: error: minimize must be one number, but this is [10]
  32 | minimize = "batch_mean(classifier(x))"
     |             ^^^^^^^^^^
help: take its mean(...)
)_"},
      {"arguments of two batches", but("k = \"y 20\"", "k = \"y 10\""),
       R"_(model.toml:38:24: error: the net "generator" is given 20 of z and 10 of y
  38 | minimize = "bce(critic(generator(p, k)), 1)"
     |                        ^^^^^^^^^
)_"},
      {"points for an image", but("critic(generator(p, k))", "critic(p) + critic(generator(p, k))"),
       R"_(model.toml:38:17: error: the net "trunk" takes image [8, 8, 1], but is given [4]
  38 | minimize = "bce(critic(p) + critic(generator(p, k)), 1)"
     |                 ^^^^^^
)_"},
      {"images for points", but("p = \"z 20\"", "p = \"unlabeled 20\""),
       R"_(model.toml:38:24: error: the net "generator" takes z [4], but is given [8, 8, 1]
  38 | minimize = "bce(critic(generator(p, k)), 1)"
     |                        ^^^^^^^^^
)_"},
  });
}

}  // namespace
}  // namespace sganc::testing
