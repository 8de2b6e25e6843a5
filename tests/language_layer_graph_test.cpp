// Layers that name what they take: from = "a", from = ["a", "b"].

#include "tests/language_testing.h"

namespace sganc {
namespace {

Vocabulary with_joins() {
  Vocabulary words = small_vocabulary();
  words.layers.push_back({"add", {}, "", /*joins=*/true});
  return words;
}

std::string with_layers(const std::string& layers) {
  return varied(R"({ kind = "flatten" }, { kind = "dense", units = 10 })", layers);
}

std::string complaint(const std::string& layers) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_model(with_layers(layers), "model.toml", {}, with_joins(), diagnostics)) << layers;
  return printed(diagnostics);
}

TEST(LayerGraph, NamesWhatALayerTakes) {
  const std::string text = with_layers(
      "\n  { kind = \"flatten\", name = \"in\" }, { kind = \"dense\", units = 4, from = \"in\" },"
      "\n  { kind = \"dense\", units = 4, from = \"in\" }, { kind = \"add\", from = [\"dense_1\", "
      "\"dense_2\"] }");
  Diagnostics diagnostics;
  const auto model = parse_model(text, "model.toml", {}, with_joins(), diagnostics);
  ASSERT_TRUE(model) << printed(diagnostics);
  const auto& layers = model->net("trunk")->layers;
  EXPECT_TRUE(layers[0].from.empty());
  EXPECT_EQ(layers[1].from.at(0).value, "in");
  EXPECT_EQ(layers[3].from.at(1).value, "dense_2");
  const auto again = parse_model(to_toml(*model), "model.toml", {}, with_joins(), diagnostics);
  ASSERT_TRUE(again) << printed(diagnostics);
  EXPECT_EQ(to_toml(*again), to_toml(*model));
}

TEST(LayerGraph, MayTakeWhatTheNetTakes) {
  Diagnostics diagnostics;
  EXPECT_TRUE(parse_model(with_layers(R"({ kind = "tanh" }, { kind = "add", from = ["image", "tanh_1"] })"),
                          "model.toml", {}, with_joins(), diagnostics))
      << printed(diagnostics);
}

TEST(LayerGraph, SaysWhatIsWrong) {
  EXPECT_EQ(complaint(R"({ kind = "flatten" }, { kind = "dense", units = 10, from = "flaten_1" })"),
            R"(model.toml:7:70: error: there is no "flaten_1" before this layer
  7 | layers = [{ kind = "flatten" }, { kind = "dense", units = 10, from = "flaten_1" }]
    |                                                                      ^^^^^^^^^^
help: did you mean "flatten_1"?
)");
  EXPECT_EQ(
      complaint(R"({ kind = "tanh" }, { kind = "add", from = ["tanh_1", "relu_1"] }, { kind = "relu" })"),
      R"(model.toml:7:64: error: there is no "relu_1" before this layer
  7 | layers = [{ kind = "tanh" }, { kind = "add", from = ["tanh_1", "relu_1"] }, { kind = "relu" }]
    |                                                                ^^^^^^^^
help: expected one of "image", "tanh_1"
)");
  EXPECT_EQ(complaint(R"({ kind = "tanh" }, { kind = "add" })"),
            R"(model.toml:7:39: error: an add layer takes two inputs or more
  7 | layers = [{ kind = "tanh" }, { kind = "add" }]
    |                                       ^^^^^
help: name them: from = ["LAYER", "LAYER"]
)");
  EXPECT_EQ(complaint(R"({ kind = "tanh" }, { kind = "relu", from = ["tanh_1", "image"] })"),
            R"(model.toml:7:54: error: a relu layer takes one input, not 2
  7 | layers = [{ kind = "tanh" }, { kind = "relu", from = ["tanh_1", "image"] }]
    |                                                      ^^^^^^^^^^^^^^^^^^^
)");
  EXPECT_EQ(complaint(R"({ kind = "tanh" }, { kind = "relu", from = [] })"),
            R"(model.toml:7:54: error: a relu layer takes one input, not 0
  7 | layers = [{ kind = "tanh" }, { kind = "relu", from = [] }]
    |                                                      ^^
)");
  EXPECT_EQ(complaint(R"({ kind = "tanh" }, { kind = "relu", from = 3 })"),
            R"(model.toml:7:54: error: from must be a layer's name or a list of names, not an integer
  7 | layers = [{ kind = "tanh" }, { kind = "relu", from = 3 }]
    |                                                      ^
)");
  EXPECT_EQ(complaint(R"({ kind = "tanh" }, { kind = "relu" }, { kind = "tanh", from = "tanh_1" })"),
            R"(model.toml:7:39: error: no layer takes "relu_1"
  7 | layers = [{ kind = "tanh" }, { kind = "relu" }, { kind = "tanh", from = "tanh_1" }]
    |                                       ^^^^^^
)");
  EXPECT_EQ(complaint(R"({ kind = "tanh", name = "image" })"),
            R"(model.toml:7:35: error: "image" is what the net "trunk" is a function of
  7 | layers = [{ kind = "tanh", name = "image" }]
    |                                   ^^^^^^^
)");
}

}  // namespace
}  // namespace sganc
