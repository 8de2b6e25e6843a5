// [spread.NAME], and updates that draw from it: what is read, written, refused.

#include "tests/wrong_models.h"

namespace sganc::testing {
namespace {

const std::string kSpread = R"toml([spread.near]
features = { trunk = 3, plain = 1 }
standardize = ["trunk"]
keep = 0.5
from_step = 10
[net.plain]
of = "image"
layers = [{ kind = "flatten" }]
[[update]]
name = "s"
draw = { x = "spread.near 20" }
minimize = "cross_entropy(classifier(x), label(x), certainty(x))"
train = ["trunk"]
optimizer = "adam"
from_step = 10
to_step = 30
)toml";

std::string with(const std::string& from, const std::string& to) {
  return but(from, to, kRightModel + kSpread);
}

TEST(LanguageSpread, IsReadAndWrittenWhole) {
  Diagnostics diagnostics;
  const auto model = parse_model(kRightModel + kSpread, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model);
  const auto& spread = model->spreads.at(0);
  EXPECT_EQ(spread.name, "near");
  ASSERT_EQ(spread.features.size(), 2U);
  EXPECT_EQ(spread.features[0].net.value, "trunk");
  EXPECT_EQ(spread.features[0].part, 3);
  EXPECT_EQ(model->spread("spread.near"), &spread);
  EXPECT_EQ(model->spread("near"), nullptr);
  const auto& cadence = model->updates.at(2).cadence;
  EXPECT_TRUE(cadence.includes(10) && cadence.includes(30) && !cadence.includes(31) && !cadence.includes(9));
  EXPECT_EQ(cadence.runs_until(5), 0);
  EXPECT_EQ(cadence.runs_until(20), 11);
  EXPECT_EQ(cadence.runs_until(1000), 21);
  EXPECT_EQ(manner(model->updates.at(2)), "from step 10, to step 30");
  const std::string text = to_toml(*model);
  EXPECT_NE(text.find(R"toml(
[spread.near]
features = { trunk = 3.0, plain = 1.0 }
standardize = ["trunk"]
neighbours = 10
power = 4.0
alpha = 0.99
rounds = 60
keep = 0.5
from_step = 10
)toml"),
            std::string::npos)
      << text;
  const auto again = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_toml(*again), text);
}

TEST(LanguageSpread, OfTheLabelsOfAnother) {
  Diagnostics diagnostics;
  const std::string second =
      "[spread.far]\nfeatures = { trunk = 1 }\nlabels = \"spread.near\"\nfrom_step = 10\n";
  const auto model = parse_model(kRightModel + kSpread + second, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << diagnostics.items()[0].message;
  EXPECT_EQ(model->spreads.at(0).labels, "");
  EXPECT_EQ(model->spreads.at(1).labels, "spread.near");
  const std::string text = to_toml(*model);
  EXPECT_NE(text.find("[spread.far]\nfeatures = { trunk = 1.0 }\nlabels = \"spread.near\"\nstandardize"),
            std::string::npos)
      << text;
  const auto again = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_toml(*again), text);
}

TEST(LanguageSpread, WithNeighboursThatAreChosenAmongMore) {
  Diagnostics diagnostics;
  const std::string text = with("keep = 0.5", "rerank = { net = \"whole\" }") +
                           "[net.whole]\nof = \"image\"\nlayers = [{ kind = \"straighten\" }]\n";
  const auto model = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model) << diagnostics.items()[0].message;
  EXPECT_EQ(model->spreads.at(0).rerank->net.value, "whole");
  const std::string written = to_toml(*model);
  EXPECT_NE(written.find("from_step = 10\nrerank = { net = \"whole\", candidates = 50, reach = 2 }\n"),
            std::string::npos)
      << written;
  const auto again = parse_model(written, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_toml(*again), written);
  const Module module = build_module(*model, diagnostics);
  const auto* images = module.function(FunctionRole::features, "spread.near.rerank");
  ASSERT_TRUE(images);
  EXPECT_EQ(images->results.at(0).name, "image");
  EXPECT_EQ(images->node(images->results[0].value).type.shape, (Shape{200, 8, 8, 1}));
}

TEST(LanguageSpread, BuildsTheFunctionsThatItNeeds) {
  EXPECT_EQ(complaint_about(kRightModel + kSpread), "");
  Diagnostics diagnostics;
  const auto model = parse_model(kRightModel + kSpread, "model.toml", {}, vocabulary(), diagnostics);
  const Module module = build_module(*model, diagnostics);
  const auto* features = module.function(FunctionRole::features, "spread.near");
  ASSERT_TRUE(features);
  ASSERT_EQ(features->results.size(), 2U);
  EXPECT_EQ(features->results[0].name, "trunk");
  EXPECT_EQ(features->node(features->results[0].value).type.shape, (Shape{200, 10}));
  EXPECT_EQ(features->node(features->results[1].value).type.shape, (Shape{200, 64}));
  const auto* similarity = module.function(FunctionRole::similarity, "spread.near");
  ASSERT_TRUE(similarity);
  EXPECT_EQ(similarity->node(similarity->results.at(0).value).type.shape, (Shape{512, 512}));
  const std::string text = to_string(module);
  EXPECT_NE(text.find("function spread.near.features {features of spread.near}\n"), std::string::npos);
  EXPECT_EQ(to_string(parse_module(text, "m.graph")), text);
  EXPECT_NE(text.find("name = \"spread.near.label\""), std::string::npos);
  EXPECT_NE(text.find("name = \"spread.near.certainty\""), std::string::npos);
}

TEST(LanguageSpread, Mistakes) {
  expect_complaints({
      {"no features", with("features = { trunk = 3, plain = 1 }\n", ""),
       R"_(model.toml:41:1: error: [spread.near] needs the key "features"
  41 | [spread.near]
     | ^^^^^^^^^^^^^
help: write features = { NET = 1 }, where NET is a net of an image
)_"},
      {"an unknown net", with("features = { trunk = 3, plain = 1 }", "features = { trunc = 3 }"),
       R"_(model.toml:42:14: error: unknown net "trunc"
  42 | features = { trunc = 3 }
     |              ^^^^^
help: did you mean "trunk"?
)_"},
      {"a net of other inputs", with("features = { trunk = 3, plain = 1 }", "features = { generator = 3 }"),
       R"_(model.toml:42:14: error: features are functions of an image alone, and "generator" is one of z and y
  42 | features = { generator = 3 }
     |              ^^^^^^^^^
)_"},
      {"no part", with("trunk = 3, plain", "trunk = 0, plain"),
       R"_(model.toml:42:22: error: trunk must be greater than 0, not 0
  42 | features = { trunk = 0, plain = 1 }
     |                      ^
)_"},
      {"a standardized net that is none of the features",
       with("standardize = [\"trunk\"]", "standardize = [\"critic\"]"),
       R"_(model.toml:43:15: error: "critic" is not one of the features
  43 | standardize = ["critic"]
     |               ^^^^^^^^^^
help: expected one of "trunk", "plain"
)_"},
      {"values and keys that are none", with("keep = 0.5", "keep = 1.5\nneighbors = 3"),
       R"_(model.toml:44:8: error: keep must be at most 1, not 1.5
  44 | keep = 1.5
     |        ^^^
model.toml:45:1: error: [spread.near] has no key "neighbors"
  45 | neighbors = 3
     | ^^^^^^^^^
help: did you mean "neighbours"?
)_"},
      {"candidates that are too few, of no net",
       with("keep = 0.5", "rerank = { net = \"trunc\", candidates = 9 }"),
       R"_(model.toml:44:18: error: unknown net "trunc"
  44 | rerank = { net = "trunc", candidates = 9 }
     |                  ^^^^^^^
help: did you mean "trunk"?
model.toml:44:40: error: 10 neighbours cannot be chosen from 9 candidates
  44 | rerank = { net = "trunc", candidates = 9 }
     |                                        ^
)_"},
      {"a rerank that is none", with("keep = 0.5", "rerank = true"),
       R"_(model.toml:44:10: error: rerank must be a table, not a boolean
  44 | rerank = true
     |          ^^^^
help: write rerank = { net = "NET" }, where NET is a net that gives an image
)_"},
      {"a rerank by what is no image", with("keep = 0.5", "rerank = { net = \"plain\" }"),
       R"_(model.toml:44:18: error: rerank compares images, and "plain" gives [200, 64]
  44 | rerank = { net = "plain" }
     |                  ^^^^^^^
)_"},
      {"an unknown spread", with("\"spread.near 20\"", "\"spread.neer 20\""),
       R"_(model.toml:51:15: error: unknown source "spread.neer"
  51 | draw = { x = "spread.neer 20" }
     |               ^^^^^^^^^^^
help: did you mean "spread.near"?
)_"},
      {"an update before the labels are there",
       with("optimizer = \"adam\"\nfrom_step = 10", "optimizer = \"adam\"\nfrom_step = 9"),
       R"_(model.toml:51:15: error: the update runs from step 9, and "spread.near" has labels from step 10
  51 | draw = { x = "spread.near 20" }
     |               ^^^^^^^^^^^
help: write from_step = 10 or more for the update
)_"},
      {"labels of itself", with("keep = 0.5", "keep = 0.5\nlabels = \"spread.near\""),
       R"_(model.toml:45:10: error: there is no "spread.near" before this spread
  45 | labels = "spread.near"
     |          ^^^^^^^^^^^^^
help: expected "labeled"
)_"},
      {"labels that are not there yet",
       kRightModel + kSpread +
           "[spread.far]\nfeatures = { trunk = 1 }\nlabels = \"spread.near\"\nfrom_step = 9\n",
       R"_(model.toml:59:10: error: [spread.far] begins before step 9, and "spread.near" has labels from step 10
  59 | labels = "spread.near"
     |          ^^^^^^^^^^^^^
)_"},
      {"an end before the beginning", with("to_step = 30", "to_step = 3"),
       R"_(model.toml:56:11: error: to_step must be at least from_step, which is 10
  56 | to_step = 3
     |           ^
)_"},
      {"certainty of labelled images", with("label(x))", "label(x), certainty(x))"),
       R"_(model.toml:32:62: error: "x" is drawn from "labeled", not from a spread
  32 | minimize = "cross_entropy(classifier(x), label(x), certainty(x))"
     |                                                              ^
help: draw it from a spread: x = "spread.NAME 50"
)_"},
      {"certainty of a number", with("certainty(x)", "certainty(2)"),
       R"_(model.toml:52:62: error: certainty takes a name that is drawn from a spread
  52 | minimize = "cross_entropy(classifier(x), label(x), certainty(2))"
     |                                                              ^
)_"},
      {"a name that is none", with("[spread.near]", "[spread.\"n r\"]"),
       R"_(model.toml:41:9: error: "n r" cannot name a spread
  41 | [spread."n r"]
     |         ^^^^^
help: a name holds letters, digits and "_", and does not begin with a digit
model.toml:51:15: error: unknown source "spread.near"
  51 | draw = { x = "spread.near 20" }
     |               ^^^^^^^^^^^
help: expected one of "labeled", "unlabeled", "z", "y"
)_"},
  });
}

}  // namespace
}  // namespace sganc::testing
