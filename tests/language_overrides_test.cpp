// --set KEY=VALUE: what it reaches, what a value may be, and what is printed about a wrong one.

#include "tests/language_testing.h"

namespace sganc {
namespace {

Model overridden(const std::vector<std::string>& overrides) {
  Diagnostics diagnostics;
  auto model = parse_model(with(""), "model.toml", overrides, small_vocabulary(), diagnostics);
  EXPECT_EQ(printed(diagnostics), "");
  if (!model) throw std::logic_error("the model is wrong");
  return *model;
}

TEST(LanguageOverrides, ReachTablesListsAndNames) {
  const Model model = overridden({
      "train.epochs=50",                              // a table that the file does not have
      "train.epochs = 51",                            // the last one counts
      "input.image.0=32",                             // an element by its index
      "net.trunk.layers.1.units=20",                  // a layer by its index
      "net.classifier.layers.softmax_1.name=odds",    // a layer by its kind and number
      "net.classifier.layers.odds.kind=sigmoid",      // a layer by its name
      "update.c.draw.x=labeled 25",                   // an update by its name, a bare string
      "update.0.minimize=mse(classifier(x), 1)",      // an update by its index
      "optimizer.adam={ kind = \"sgd\", rate = 1 }",  // a whole table
      "evaluate.splits=[\"test\"]",
      "name=\"2\"",
  });
  EXPECT_EQ(model.train.epochs, 51);
  EXPECT_EQ(model.image()->shape, (std::vector<std::int64_t>{32, 28, 1}));
  EXPECT_EQ(model.net("trunk")->layers[1].keys.integer("units"), 20);
  EXPECT_EQ(model.net("classifier")->layers[0].name, "odds");
  EXPECT_EQ(model.net("classifier")->layers[0].kind, "sigmoid");
  EXPECT_EQ(model.updates[0].draws[0].count.value, 25);
  EXPECT_EQ(to_string(model.updates[0].minimize), "mse(classifier(x), 1)");
  EXPECT_EQ(model.optimizer("adam")->kind, "sgd");
  EXPECT_EQ(model.evaluate.splits[0].value, "test");
  EXPECT_EQ(model.name, "2");
}

TEST(LanguageOverrides, MayMendTheFile) {
  Diagnostics diagnostics;
  EXPECT_TRUE(parse_model(with("[train]\nepochs = 0\n"), "model.toml", {"train.epochs=1"}, small_vocabulary(),
                          diagnostics));
  EXPECT_EQ(printed(diagnostics), "");
}

TEST(LanguageOverrides, SayWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"train.epochs=abc",
       R"(--set:1:14: error: epochs must be an integer, not a string
  1 | train.epochs=abc
    |              ^^^
)"},
      {"train.epochs=",
       R"(--set:1:14: error: epochs must be an integer, not a string
  1 | train.epochs=
    |              ^
)"},
      {"train.epoch=3",
       R"(--set:1:7: error: [train] has no key "epoch"
  1 | train.epoch=3
    |       ^^^^^
help: did you mean "epochs"?
)"},
      {"trian.epochs=3",
       R"(--set:1:1: error: a model has no key "trian"
  1 | trian.epochs=3
    | ^^^^^
help: did you mean "train"?
)"},
      {"train.epochs",
       R"(--set:1:1: error: an override is written KEY=VALUE
  1 | train.epochs
    | ^^^^^^^^^^^^
)"},
      {"=3",
       R"(--set:1:1: error: a key is missing here
  1 | =3
    | ^
)"},
      {"train..epochs=3",
       R"(--set:1:7: error: a key is missing here
  1 | train..epochs=3
    |       ^
)"},
      {"train.epochs.=3",
       R"(--set:1:14: error: a key is missing here
  1 | train.epochs.=3
    |              ^
)"},
      {"name.first=x",
       R"(--set:1:6: error: name is a string and has no keys
  1 | name.first=x
    |      ^^^^^
)"},
      {"update.d.optimizer=adam",
       R"(--set:1:8: error: update has no element "d"
  1 | update.d.optimizer=adam
    |        ^
help: expected "c"
)"},
      {"update.1.optimizer=adam",
       R"(--set:1:8: error: update has no element 1
  1 | update.1.optimizer=adam
    |        ^
help: it has 1 element, counted from 0
)"},
      {"net.trunk.layers.conv_1.units=3",
       R"(--set:1:18: error: net.trunk.layers has no element "conv_1"
  1 | net.trunk.layers.conv_1.units=3
    |                  ^^^^^^
help: expected one of "flatten_1", "dense_1"
)"},
      {"net.trunk.of=",
       R"(--set:1:14: error: unknown input or net ""
  1 | net.trunk.of=
    |              ^
help: expected one of "image", "z", "classifier"
)"},
      {"data.range=[1, 2",
       R"(--set:1:17: error: while parsing array: encountered end-of-file
  1 | data.range=[1, 2
    |                 ^
)"},
      {"data.range=[1, 0]",
       R"(--set:1:12: error: range must go upwards, not from 1 to 0
  1 | data.range=[1, 0]
    |            ^^^^^^
)"},
      {"update.c.minimize=mse(classifier(x), label(y))",
       R"(--set:1:44: error: unknown name "y"
  1 | update.c.minimize=mse(classifier(x), label(y))
    |                                            ^
help: expected "x"
)"},
      {"update.c.minimize=\"mse(classifier(x), label(y))\"",
       R"_(--set:1:45: error: unknown name "y"
  1 | update.c.minimize="mse(classifier(x), label(y))"
    |                                             ^
help: expected "x"
)_"},
      {"update.c.draw.x=labelled 5",
       R"(--set:1:17: error: unknown source "labelled"
  1 | update.c.draw.x=labelled 5
    |                 ^^^^^^^^
help: did you mean "labeled"?
)"},
      {"optimizer.adam.rate=-1",
       R"(--set:1:21: error: rate must be greater than 0, not -1
  1 | optimizer.adam.rate=-1
    |                     ^^
)"},
      {"data.source=cifar",
       R"(--set:1:13: error: source must be "mnist", "fashion-mnist" or "cifar10", not "cifar"
  1 | data.source=cifar
    |             ^^^^^
help: did you mean "cifar10"?
)"},
      {"train.seed=1\nepochs = 2",
       R"(--set:1:12: error: seed must be an integer, not a string
  1 | train.seed=1
    |            ^
)"},
      {"train.epochs=1 2",
       R"(--set:1:14: error: epochs must be an integer, not a string
  1 | train.epochs=1 2
    |              ^^^
)"},
      {"  train . epochs = many words ",
       R"(--set:1:20: error: epochs must be an integer, not a string
  1 |   train . epochs = many words 
    |                    ^^^^^^^^^^
)"},
  };
  for (const auto& [override, output] : cases) {
    SCOPED_TRACE(override);
    Diagnostics diagnostics;
    EXPECT_FALSE(parse_model(with(""), "model.toml", {override}, small_vocabulary(), diagnostics));
    EXPECT_EQ(printed(diagnostics), output);
  }
}

/// Nesting of any depth is an error and no crash.
TEST(LanguageOverrides, ThatNestTooDeep) {
  std::string keys = "a";
  for (int i = 0; i < 20000; ++i) keys += ".a";
  const auto mistake_of = [](const std::string& text, const std::vector<std::string>& overrides) {
    Diagnostics diagnostics;
    parse_model(text, "model.toml", overrides, small_vocabulary(), diagnostics);
    const auto& mistake = diagnostics.items().at(0);
    return mistake.where.file->path + ":" + std::to_string(mistake.where.line) + " " + mistake.message;
  };
  const auto shorter = keys.substr(0, 401);
  EXPECT_EQ(mistake_of(with(""), {keys + "=1"}), "--set:1 a path has at most 100 keys");
  EXPECT_EQ(mistake_of(with(""), {"train={" + shorter + "=1}"}),
            "--set:1 tables and lists are nested in more than 100 others");
  EXPECT_EQ(mistake_of(with("[" + shorter + "]\n"), {}),
            "model.toml:2 tables and lists are nested in more than 100 others");
  EXPECT_EQ(mistake_of(with(keys + " = 1\n"), {}), "model.toml:0 the file has more than 10000 dots");
  EXPECT_EQ(mistake_of(with("x = " + std::string(10000, '[') + "\n"), {}).substr(0, 26),
            "model.toml:2 while parsing");
}

TEST(LanguageOverrides, AreReportedTogetherWithTheFile) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_model(with("[train]\nseed = -1\n"), "model.toml", {"train.epochs=0", "data.source=cats"},
                           small_vocabulary(), diagnostics));
  EXPECT_EQ(printed(diagnostics),
            R"(--set:1:13: error: source must be "mnist", "fashion-mnist" or "cifar10", not "cats"
  1 | data.source=cats
    |             ^^^^
help: a folder of images is written source = { folder = "cats" }
--set:1:14: error: epochs must be at least 1, not 0
  1 | train.epochs=0
    |              ^
model.toml:3:8: error: seed must be at least 0, not -1
  3 | seed = -1
    |        ^^
)");
}

}  // namespace
}  // namespace sganc
