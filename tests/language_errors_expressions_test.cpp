// What is said about wrong values of let, axes, teachers and arguments, to the letter.

#include "tests/wrong_models.h"

namespace sganc::testing {
namespace {

TEST(WrongModels, Lets) {
  expect_complaints({
      {"a string",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = \"classifier(x)\"\nminimize = \"cross_entropy(q, label(x))\""),
       R"_(model.toml:32:7: error: let must be a table, not a string
  32 | let = "classifier(x)"
     |       ^^^^^^^^^^^^^^^
help: write let = { p = "classifier(x)" }
model.toml:33:27: error: unknown name "q"
  33 | minimize = "cross_entropy(q, label(x))"
     |                           ^
help: expected "x"
)_"},
      {"a number",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = 1 }\nminimize = \"cross_entropy(q, label(x))\""),
       R"_(model.toml:32:13: error: q must be a string, not an integer
  32 | let = { q = 1 }
     |             ^
)_"},
      {"a drawn name",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { x = \"classifier(x)\" }\nminimize = \"cross_entropy(classifier(x), label(x))\""),
       R"_(model.toml:32:9: error: "x" is drawn and cannot name another value
  32 | let = { x = "classifier(x)" }
     |         ^
)_"},
      {"the name of an axis",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { left = \"classifier(x)\" }\nminimize = \"cross_entropy(left, label(x))\""),
       R"_(model.toml:32:9: error: "left" names an axis and cannot name a value
  32 | let = { left = "classifier(x)" }
     |         ^^^^
)_"},
      {"a name that is none",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { \"a b\" = \"classifier(x)\" }\nminimize = \"cross_entropy(classifier(x), label(x))\""),
       R"_(model.toml:32:9: error: "a b" cannot name a value
  32 | let = { "a b" = "classifier(x)" }
     |         ^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
)_"},
      {"a value of itself",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"q + 1\" }\nminimize = \"cross_entropy(q, label(x))\""),
       R"_(model.toml:32:14: error: unknown name "q"
  32 | let = { q = "q + 1" }
     |              ^
help: expected "x"
)_"},
      {"a value of a later one",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"r\", r = \"classifier(x)\" }\nminimize = \"cross_entropy(q, label(x))\""),
       R"_(model.toml:32:14: error: unknown name "r"
  32 | let = { q = "r", r = "classifier(x)" }
     |              ^
help: expected "x"
)_"},
      {"an unknown net",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"clasifier(x)\" }\nminimize = \"cross_entropy(q, label(x))\""),
       R"_(model.toml:32:14: error: unknown net or function "clasifier"
  32 | let = { q = "clasifier(x)" }
     |              ^^^^^^^^^
help: did you mean "classifier"?
)_"},
      {"half an expression",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"classifier(x\" }\nminimize = \"cross_entropy(q, label(x))\""),
       R"_(model.toml:32:26: error: expected an operator, "," or ")", not the end of the expression
  32 | let = { q = "classifier(x" }
     |                          ^
)_"},
      {"a value that is called",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"classifier(x)\" }\nminimize = \"q(x)\""),
       R"_(model.toml:33:13: error: "q" is a value and cannot be called
  33 | minimize = "q(x)"
     |             ^
help: write q alone
)_"},
      {"labels of a value",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"classifier(x)\" }\nminimize = \"cross_entropy(q, label(q))\""),
       R"_(model.toml:33:36: error: "q" is not drawn and has no labels
  33 | minimize = "cross_entropy(q, label(q))"
     |                                    ^
help: label takes a name that is drawn from "labeled"
)_"},
      {"a misspelled value",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { probability = \"classifier(x)\" }\nminimize = \"cross_entropy(probabilty, label(x))\""),
       R"_(model.toml:33:27: error: unknown name "probabilty"
  33 | minimize = "cross_entropy(probabilty, label(x))"
     |                           ^^^^^^^^^^
help: did you mean "probability"?
)_"},
      {"values of two shapes",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"trunk(x) + critic(x) * x\" }\nminimize = \"mean(q)\""),
       R"_(model.toml:32:23: error: + needs values whose axes meet, not [20, 10] and [20, 8, 8, 1]: batch and features against batch, height, width and channels
  32 | let = { q = "trunk(x) + critic(x) * x" }
     |                       ^
)_"},
      {"a list of two shapes",
       but("minimize = \"cross_entropy(classifier(x), label(x))\"",
           "let = { q = \"[1, [2, 3]]\" }\nminimize = \"cross_entropy(classifier(x), label(x)) + sum(q)\""),
       R"_(model.toml:32:18: error: the elements of a list are of one shape, but this is [2] and the first is []
  32 | let = { q = "[1, [2, 3]]" }
     |                  ^
)_"},
  });
}

TEST(WrongModels, AxesAndTeachers) {
  expect_complaints({
      {"a misspelled axis", but("cross_entropy(classifier(x), label(x))", "sum(mean(classifier(x), batc))"),
       R"_(model.toml:32:37: error: unknown axis "batc"
  32 | minimize = "sum(mean(classifier(x), batc))"
     |                                     ^^^^
help: did you mean "batch"?
)_"},
      {"an axis that a value does not have",
       but("cross_entropy(classifier(x), label(x))", "sum(mean(classifier(x), height))"),
       R"_(model.toml:32:37: error: there is no axis "height" here
  32 | minimize = "sum(mean(classifier(x), height))"
     |                                     ^^^^^^
help: the axes here are batch and features
)_"},
      {"an axis twice",
       but("cross_entropy(classifier(x), label(x))", "sum(mean(classifier(x), batch, batch))"),
       R"_(model.toml:32:44: error: the axis "batch" is listed twice
  32 | minimize = "sum(mean(classifier(x), batch, batch))"
     |                                            ^^^^^
)_"},
      {"a value for an axis", but("cross_entropy(classifier(x), label(x))", "sum(classifier(x), 3)"),
       R"_(model.toml:32:32: error: sum takes one value and then names of axes
  32 | minimize = "sum(classifier(x), 3)"
     |                                ^
help: expected one of "batch", "height", "width", "channels", "features", "left", "right"
)_"},
      {"an axis alone", but("cross_entropy(classifier(x), label(x))", "batch"),
       R"_(model.toml:32:13: error: "batch" is an axis
  32 | minimize = "batch"
     |             ^^^^^
help: write it behind a value: sum(..., batch)
)_"},
      {"a side of what is no outer product",
       but("cross_entropy(classifier(x), label(x))", "sum(sum(classifier(x), left))"),
       R"_(model.toml:32:36: error: there is no axis "left" here
  32 | minimize = "sum(sum(classifier(x), left))"
     |                                    ^^^^
help: the axes here are batch and features
)_"},
      {"a teacher alone", but("cross_entropy(classifier(x), label(x))", "mse(teacher(x), classifier(x))"),
       R"_(model.toml:32:17: error: "teacher" is no net
  32 | minimize = "mse(teacher(x), classifier(x))"
     |                 ^^^^^^^
help: averaged weights are called as teacher.NET(...)
)_"},
      {"a teacher of a misspelled net",
       but("cross_entropy(classifier(x), label(x))", "mse(teacher.clasifier(x), classifier(x))"),
       R"_(model.toml:32:17: error: unknown net "clasifier"
  32 | minimize = "mse(teacher.clasifier(x), classifier(x))"
     |                 ^^^^^^^^^^^^^^^^^
help: did you mean "classifier"?
)_"},
      {"a loss of averages alone",
       but("cross_entropy(classifier(x), label(x))", "mean(teacher.classifier(x))"),
       R"_(model.toml:33:10: error: minimize does not depend on the net "trunk"
  33 | train = ["trunk"]
     |          ^^^^^^^
)_"},
      {"a loss that stops every gradient",
       but("cross_entropy(classifier(x), label(x))", "mean(stop_gradient(classifier(x)))"),
       R"_(model.toml:33:10: error: update "c" trains "trunk", but its loss depends on no weight of it
  33 | train = ["trunk"]
     |          ^^^^^^^
)_"},
      {"a ramp of no steps",
       but("cross_entropy(classifier(x), label(x))", "ramp(0, 1, 0) * mean(classifier(x))"),
       R"_(model.toml:32:13: error: ramp needs a number of steps greater than 0, not 0
  32 | minimize = "ramp(0, 1, 0) * mean(classifier(x))"
     |             ^^^^
)_"},
      {"a number of classes that is computed",
       but("cross_entropy(classifier(x), label(x))", "mse(classifier(x), one_hot(label(x), mean(x)))"),
       R"_(model.toml:32:32: error: one_hot needs the number of classes, not f32[]
  32 | minimize = "mse(classifier(x), one_hot(label(x), mean(x)))"
     |                                ^^^^^^^
)_"},
      {"a class of half",
       but("cross_entropy(classifier(x), label(x))", "mse(classifier(x), one_hot(label(x), 2.5))"),
       R"_(model.toml:32:32: error: one_hot needs the number of classes, not 2.5
  32 | minimize = "mse(classifier(x), one_hot(label(x), 2.5))"
     |                                ^^^^^^^
)_"},
      {"an argument too few", but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(x))"),
       R"_(model.toml:32:13: error: cross_entropy takes 2 to 3 arguments, not 1
  32 | minimize = "cross_entropy(classifier(x))"
     |             ^^^^^^^^^^^^^
)_"},
      {"an argument for nothing",
       but("cross_entropy(classifier(x), label(x))", "cross_entropy(classifier(), label(x))"),
       R"_(model.toml:32:27: error: the net "classifier" takes 1 argument, not 0
  32 | minimize = "cross_entropy(classifier(), label(x))"
     |                           ^^^^^^^^^^
)_"},
      {"an argument too few of a net of two", but("generator(p, k)", "generator(p)"),
       R"_(model.toml:38:24: error: the net "generator" takes 2 arguments (z, y), not 1
  38 | minimize = "bce(critic(generator(p)), 1)"
     |                        ^^^^^^^^^
)_"},
  });
}

}  // namespace
}  // namespace sganc::testing
