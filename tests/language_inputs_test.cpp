// Nets of several inputs and nets, and inputs that are classes: what is read, and what is wrong, to the
// letter.

#include "compiler/layers/table.h"
#include "tests/conditional_model.h"
#include "tests/language_testing.h"

namespace sganc {
namespace {

std::string complaint(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_model(text, "model.toml", overrides, vocabulary(), diagnostics)) << text;
  return printed(diagnostics);
}

Model model_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Diagnostics diagnostics;
  auto model = parse_model(text, "model.toml", overrides, vocabulary(), diagnostics);
  if (!model) throw std::runtime_error(printed(diagnostics));
  return *model;
}

using Names = std::vector<std::string>;

TEST(LanguageInputs, NetsTakeTheInputsThatTheyDependOn) {
  const Model model = model_of(kConditionalModel);
  EXPECT_EQ(model.input("class")->kind, DeclaredInput::Kind::label);
  EXPECT_EQ(model.input("class")->shape, (std::vector<std::int64_t>{10}));
  EXPECT_EQ(model.net("generator")->arguments, (Names{"latent", "class"}));
  EXPECT_EQ(model.net("plane")->arguments, Names{"class"});
  EXPECT_EQ(model.net("critic")->arguments, (Names{"image", "class"}));  // the class is listed once
  EXPECT_EQ(model.updates[1].draws[2].source.value, "class");
}

/// Whatever the order in the file, each net comes after the nets that it is a function of.
TEST(LanguageInputs, NetsAreOrdered) {
  const Model model = model_of(R"toml(name = "m"
input.image = [4, 4, 1]
input.class = { classes = 3 }
[net.head]
of = ["right", "left", "class"]
layers = [{ kind = "concat" }]
[net.left]
of = "trunk"
layers = [{ kind = "relu" }]
[net.right]
of = ["class", "trunk"]
layers = [{ kind = "concat" }]
[net.trunk]
of = "image"
layers = [{ kind = "flatten" }]
)toml");
  Names order;
  for (const auto& net : model.nets) order.push_back(net.name);
  EXPECT_EQ(order, (Names{"trunk", "left", "right", "head"}));
  EXPECT_EQ(model.net("head")->arguments, (Names{"class", "image"}));
  Names taken;  // a layer that joins takes all inputs
  for (const auto& from : model.net("head")->layers[0].from) taken.push_back(from.value);
  EXPECT_EQ(taken, (Names{"right", "left", "class"}));
}

TEST(LanguageInputs, AreWrittenAsTheyAreRead) {
  const std::string text = to_toml(model_of(kConditionalModel));
  for (const std::string line :
       {"class = { classes = 10 }\n", "of = [\"latent\", \"class\"]\n", "of = \"class\"\n",
        "{ kind = \"concat\", name = \"concat_1\", from = [\"latent\", \"class\"] }",
        "{ kind = \"embedding\", name = \"embedding_1\", size = 5 }", "y = \"class 4\""})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  EXPECT_EQ(to_toml(model_of(text)), text);
}

TEST(LanguageInputs, MayBeOverridden) {
  EXPECT_EQ(model_of(kConditionalModel, {"input.class.classes=7"}).input("class")->shape.at(0), 7);
  const std::vector<std::string> without_plane = {"net.critic.of=[\"image\", \"class\"]",
                                                  "net.critic.layers.concat_1.from=[\"image\", \"image\"]",
                                                  "update.d.train=[\"critic\"]"};
  EXPECT_EQ(model_of(kConditionalModel, without_plane).net("critic")->of.size(), 2U);
  EXPECT_EQ(model_of(kConditionalModel, {"net.plane.of=[\"class\"]"}).net("plane")->arguments,
            Names{"class"});
  EXPECT_EQ(model_of(kConditionalModel, {"net.generator.of.0=class", "net.generator.of.1=latent"})
                .net("generator")
                ->arguments,
            (Names{"class", "latent"}));
  EXPECT_EQ(complaint(kConditionalModel, {"net.classifier.of=[\"image\", \"clas\"]",
                                          "net.classifier.layers.flatten_1.from=\"image\""}),
            R"(--set:1:29: error: unknown input or net "clas"
  1 | net.classifier.of=["image", "clas"]
    |                             ^^^^^^
help: did you mean "class"?
)");
}

TEST(LanguageInputs, WrongOf) {
  const std::string of = "of = [\"latent\", \"class\"]";
  EXPECT_EQ(complaint(conditional_with(of, "of = 3")),
            R"(model.toml:7:6: error: of must be a string or a list of strings, not an integer
  7 | of = 3
    |      ^
)");
  EXPECT_EQ(complaint(conditional_with(of, "of = []")),
            R"(model.toml:7:6: error: of names no input or net
  7 | of = []
    |      ^^
)");
  EXPECT_EQ(complaint(conditional_with(of, "of = [\"latent\", \"class\", \"latent\"]")),
            R"(model.toml:7:26: error: "latent" is listed twice
  7 | of = ["latent", "class", "latent"]
    |                          ^^^^^^^^
)");
  EXPECT_EQ(complaint(conditional_with(of, "of = [\"latent\", \"clas\"]")),
            R"(model.toml:7:17: error: unknown input or net "clas"
  7 | of = ["latent", "clas"]
    |                 ^^^^^^
help: did you mean "class"?
)");
}

TEST(LanguageInputs, Cycles) {
  const std::string text = R"toml(name = "m"
input.class = { classes = 3 }
[net]
a = { of = ["class", "b"], layers = [{ kind = "concat" }] }
b = { of = ["c", "d"], layers = [{ kind = "concat" }] }
c = { of = "class", layers = [{ kind = "relu" }] }
d = { of = ["c", "a"], layers = [{ kind = "concat" }] }
e = { of = ["e", "a"], layers = [{ kind = "concat" }] }
)toml";
  EXPECT_EQ(complaint(text), R"(model.toml:4:22: error: nets form a cycle: a -> b -> d -> a
  4 | a = { of = ["class", "b"], layers = [{ kind = "concat" }] }
    |                      ^^^
model.toml:8:13: error: nets form a cycle: e -> e
  8 | e = { of = ["e", "a"], layers = [{ kind = "concat" }] }
    |             ^^^
)");
}

TEST(LanguageInputs, WrongLayers) {
  EXPECT_EQ(
      complaint(conditional_with("{ kind = \"concat\" },", "{ kind = \"relu\" },")),
      R"(model.toml:9:12: error: a relu layer takes one input, and the net "generator" is a function of latent and class
  9 |   { kind = "relu" },
    |            ^^^^^^
help: name it: from = "latent"
)");
  EXPECT_EQ(complaint(conditional_with("{ kind = \"concat\" },", "{ kind = \"relu\", from = \"latent\" },")),
            R"(model.toml:7:17: error: no layer takes "class"
  7 | of = ["latent", "class"]
    |                 ^^^^^^^
)");
  EXPECT_EQ(complaint(conditional_with("{ kind = \"concat\" },",
                                       "{ kind = \"relu\", name = \"class\", from = \"latent\" },")),
            R"(model.toml:9:27: error: "class" is what the net "generator" is a function of
  9 |   { kind = "relu", name = "class", from = "latent" },
    |                           ^^^^^^^
)");
  EXPECT_EQ(complaint(conditional_with("from = [\"image\", \"plane\"]", "from = [\"image\", \"latent\"]")),
            R"(model.toml:27:39: error: there is no "latent" before this layer
  27 |   { kind = "concat", from = ["image", "latent"] },
     |                                       ^^^^^^^^
help: expected one of "image", "plane", "class"
)");
}

TEST(LanguageInputs, WrongCalls) {
  const auto with_real = [](const std::string& call) {
    return conditional_with("critic(x, label(x)), 1)", call);
  };
  EXPECT_EQ(complaint(with_real("critic(x), 1)")),
            R"_(model.toml:51:17: error: the net "critic" takes 2 arguments (image, class), not 1
  51 | minimize = "bce(critic(x), 1) + bce(critic(generator(z, y), y), 0)"
     |                 ^^^^^^
)_");
  EXPECT_EQ(complaint(with_real("critic.conv_1(x, y, z), 1)")),
            R"_(model.toml:51:17: error: "critic.conv_1" takes 2 arguments (image, class), not 3
  51 | minimize = "bce(critic.conv_1(x, y, z), 1) + bce(critic(generator(z, y), y), 0)"
     |                 ^^^^^^^^^^^^^
)_");
  EXPECT_EQ(complaint(with_real("classifier(x, y), 1)")),
            R"_(model.toml:51:17: error: the net "classifier" takes 1 argument, not 2
  51 | minimize = "bce(classifier(x, y), 1) + bce(critic(generator(z, y), y), 0)"
     |                 ^^^^^^^^^^
)_");
  EXPECT_EQ(complaint(with_real("critic(x, label(y)), 1)")),
            R"_(model.toml:51:33: error: "y" is drawn from "class" and has no labels
  51 | minimize = "bce(critic(x, label(y)), 1) + bce(critic(generator(z, y), y), 0)"
     |                                 ^
help: draw it from "labeled"
)_");
  EXPECT_EQ(complaint(conditional_with("y = \"class 4\"", "y = \"clas 4\"")),
            R"(model.toml:50:48: error: unknown source "clas"
  50 | draw = { x = "labeled 4", z = "latent 4", y = "clas 4" }
     |                                                ^^^^
help: did you mean "class"?
)");
  EXPECT_EQ(complaint(conditional_with("train = [\"critic\", \"plane\"]", "train = [\"classifier\"]")),
            R"(model.toml:52:10: error: minimize does not depend on the net "classifier"
  52 | train = ["classifier"]
     |          ^^^^^^^^^^^^
)");
}

TEST(LanguageInputs, WrongClasses) {
  const std::string classes = "{ classes = 10 }";
  EXPECT_EQ(complaint(conditional_with(classes, "{ classes = 0 }")),
            R"(model.toml:5:22: error: classes must be at least 1, not 0
  5 | class  = { classes = 0 }
    |                      ^
)");
  EXPECT_EQ(complaint(conditional_with(classes, "{ clases = 10 }")),
            R"(model.toml:5:12: error: a label input has no key "clases"
  5 | class  = { clases = 10 }
    |            ^^^^^^
help: did you mean "classes"?
)");
  EXPECT_EQ(complaint(conditional_with(classes, "{ classes = 10, size = 4 }")),
            R"(model.toml:5:26: error: a label input has no key "size"
  5 | class  = { classes = 10, size = 4 }
    |                          ^^^^
help: expected "classes"
)");
}

}  // namespace
}  // namespace sganc
