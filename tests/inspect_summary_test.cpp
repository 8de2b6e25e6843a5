// The facts of a model: shapes, parameters, costs, and how nets and updates hang together.

#include <nlohmann/json.hpp>

#include "tests/conditional_model.h"
#include "tests/data_folder.h"
#include "tests/inspect_model.h"

namespace sganc::testing {
namespace {

ModelSummary mnist_stacked() {
  return summary_of(content_of(SGANC_SOURCE_DIR "/models/mnist_stacked.toml"));
}

TEST(InspectSummary, TextOfATinyModel) {
  EXPECT_EQ(to_text(summary_of(kTinyModel)),
            R"(tiny: 504 parameters

generator, a function of latent (2)
  layer      settings     output  parameters  multiply-adds
  dense_1    units 36     36             108             72
  reshape_1  shape 6x6x1  6x6x1            0              0
  total                                  108             72

trunk, a function of image (6x6x1)
  layer         settings                         output  parameters  multiply-adds
  stem          filters 4, kernel 3x1, stride 2  3x3x4           16            108
  leaky_relu_1                                   3x3x4            0              0
  dropout_1     rate 0                           3x3x4            0              0
  flatten_1                                      36               0              0
  total                                                          16            108

classifier, a function of trunk (36)
  layer      settings              output  parameters  multiply-adds
  dense_1    units 10, bias false  10             360            360
  softmax_1                        10               0              0
  total                                           360            360

critic, a function of trunk (36)
  layer        settings  output  parameters  multiply-adds
  logsumexp_1            scalar           0              0
  sigmoid_1              scalar           0              0
  total                                   0              0

spare, a function of image (6x6x1)
  layer             settings                         output  parameters  multiply-adds
  conv_transpose_1  filters 2, kernel 3, stride 2x1  12x6x2          20            648
  total                                                              20            648

net         of      output  parameters  multiply-adds  shared by           trained by
generator   latent  6x6x1          108             72  -                   g
trunk       image   36              16            108  classifier, critic  c, d
classifier  trunk   10             360            360  -                   c
critic      trunk   scalar           0              0  -                   -
spare       image   12x6x2          20            648  -                   -

with all that it is built on  parameters  multiply-adds
generator(latent)                    108             72
classifier(trunk(image))             376            468
critic(trunk(image))                  16            108
spare(image)                          20            648

optimizer  kind  settings  state values
a          adam  rate 0.1           753
s          sgd   rate 0.5             0
idle       adam  rate 0.1             0

update  draws                          trains             with  GFLOP a step  minimizes
c       x = labeled 4                  trunk, classifier  a         1.04e-05  cross_entropy(classifier(x), label(x))
d       x = unlabeled 4, z = latent 4  trunk              a         4.03e-06  bce(critic(x), 1) + bce(critic(generator(z)), 0)
g       z = latent 8                   generator          s         5.76e-06  bce(critic(generator(z)), 1)
all                                                                 2.02e-05
)");
}

TEST(InspectSummary, TheStackedModelOfMnist) {
  const auto summary = mnist_stacked();
  EXPECT_EQ(summary.parameters, 1'481'227);
  ASSERT_EQ(summary.compositions.size(), 3U);
  const CompositionSummary &generator = summary.compositions[0], &classifier = summary.compositions[1],
                           &critic = summary.compositions[2];
  EXPECT_EQ(generator.text, "generator(latent)");
  EXPECT_EQ(generator.parameters, 1'164'289);
  EXPECT_EQ(generator.multiply_adds, 69'769'728);
  EXPECT_EQ(classifier.text, "classifier(logits(trunk(image)))");
  EXPECT_EQ(classifier.parameters, 316'938);
  EXPECT_EQ(classifier.multiply_adds, 9'830'912);
  EXPECT_EQ(critic.text, "critic(logits(trunk(image)))");
  EXPECT_EQ(critic.parameters, 316'938);
  EXPECT_EQ(critic.multiply_adds, 9'830'912);

  std::vector<std::int64_t> states;
  for (const auto& optimizer : summary.optimizers) states.push_back(optimizer.state_values);
  EXPECT_EQ(states, (std::vector<std::int64_t>{633'877, 633'877, 2'328'579}));  // two a weight, and a step
}

// A layer computes three products for each image: forward, and its gradients by the inputs and by the
// weights. The gradient by the image itself is left out.
TEST(InspectSummary, AStepCostsItsProducts) {
  const auto summary = mnist_stacked();
  const double forward = 9'830'912, first = 225'792, generator = 69'769'728, generator_first = 627'200;
  EXPECT_EQ(summary.updates[0].flop, 2 * 50 * (3 * forward - first));
  EXPECT_EQ(summary.updates[1].flop, 2 * 50 * (3 * forward - first));
  EXPECT_EQ(summary.updates[2].flop, 2 * 50 * (generator + 3 * forward - first));
  EXPECT_EQ(summary.updates[3].flop, 2 * 100 * (3 * generator - generator_first + 2 * forward));
}

TEST(InspectSummary, LayersReadOneAnother) {
  const auto summary = summary_of(kTinyModel);
  const auto from = [&](const std::string& net, std::size_t layer) {
    return summary.net(net)->layers[layer].from;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(from("generator", 0), Names{"latent"});
  EXPECT_EQ(from("generator", 1), Names{"generator.dense_1"});
  EXPECT_EQ(from("trunk", 0), Names{"image"});
  EXPECT_EQ(from("trunk", 2), Names{"trunk.leaky_relu_1"});  // a dropout of nothing passes its input on
  EXPECT_EQ(from("trunk", 3), Names{"trunk.dropout_1"});
  EXPECT_EQ(from("classifier", 0), Names{"trunk.flatten_1"});
  EXPECT_EQ(from("critic", 0), Names{"trunk.flatten_1"});
}

TEST(InspectSummary, SaysHowUpdatesRun) {
  std::string text = kTinyModel;
  const auto at = text.find("[[update]]") + std::string("[[update]]\n").size();
  text.insert(at,
              "every = 5\nfrom_step = 100\nrepeat = 3\nclip_value = 0.1\nclip_norm = 2\nreplace = false\n");
  const auto summary = summary_of(text);
  EXPECT_EQ(summary.updates[0].manner,
            "every 5 steps, 3 times, from step 100, without replacement, each gradient to 0.1, all to the "
            "length 2");
  EXPECT_EQ(summary.updates[1].manner, "");
  const std::string table = to_text(summary);
  EXPECT_NE(table.find("GFLOP a step  runs"), std::string::npos) << table;
  EXPECT_NE(table.find("every 5 steps, 3 times,"), std::string::npos) << table;
}

TEST(InspectSummary, FeedsAreNetsOfNets) {
  const auto feeds = summary_of(kTinyModel).feeds;
  ASSERT_EQ(feeds.size(), 1U);
  EXPECT_EQ(feeds[0].from, "generator");
  EXPECT_EQ(feeds[0].to, "trunk");
  EXPECT_EQ(feeds[0].updates, (std::vector<std::string>{"d", "g"}));
}

TEST(InspectSummary, JsonHasTheSameFacts) {
  const auto text = to_json(summary_of(kTinyModel));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto json = nlohmann::ordered_json::parse(text);
  EXPECT_EQ(json["model"], "tiny");
  EXPECT_EQ(json["inputs"].dump(), R"([{"name":"image","shape":[6,6,1]},{"name":"latent","shape":[2]}])");
  const auto& trunk = json["nets"][1];
  EXPECT_EQ(trunk["layers"][0].dump(),
            "{\"name\":\"stem\",\"kind\":\"conv\","
            "\"settings\":{\"filters\":4,\"kernel\":[3,1],\"stride\":[2,2]},"
            "\"from\":[\"image\"],\"output\":[3,3,4],\"parameters\":16,\"multiply_adds\":108}");
  EXPECT_EQ(trunk["shared_by"].dump(), R"(["classifier","critic"])");
  EXPECT_EQ(trunk["trained_by"].dump(), R"(["c","d"])");
  EXPECT_EQ(json["compositions"][1].dump(),
            "{\"net\":\"classifier(trunk(image))\",\"parameters\":376,\"multiply_adds\":468}");
  EXPECT_EQ(json["optimizers"][1].dump(),
            "{\"name\":\"s\",\"kind\":\"sgd\",\"settings\":{\"rate\":0.5},\"state_values\":0}");
  EXPECT_EQ(json["updates"][1]["draw"].dump(), "{\"x\":\"unlabeled 4\",\"z\":\"latent 4\"}");
  EXPECT_EQ(json["updates"][1]["train"].dump(), "[\"trunk\"]");
}

TEST(InspectSummary, NetsOfSeveralInputs) {
  const auto summary = summary_of(kConditionalModel);
  EXPECT_EQ(summary.net("critic")->inputs, (std::vector<Shape>{{4, 4, 1}, {4, 4, 1}, {10}}));
  EXPECT_EQ(summary.net("plane")->shared_by, std::vector<std::string>{"critic"});
  const std::string text = to_text(summary);
  for (const std::string part : {"\ngenerator, a function of latent (3) and class (10)\n",
                                 "\ncritic, a function of image (4x4x1), plane (4x4x1) and class (10)\n",
                                 R"(
net         of                   output  parameters  multiply-adds  shared by  trained by
generator   latent, class        4x4x1          301          1,360  -          g
plane       class                4x4x1          146            130  critic     d
critic      image, plane, class  1              149            466  -          d
classifier  image                10             170            160  -          c
)",
                                 R"(
with all that it is built on        parameters  multiply-adds
generator(latent, class)                   301          1,360
critic(image, plane(class), class)         295            596
classifier(image)                          170            160
)"})
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
  const auto json = nlohmann::ordered_json::parse(to_json(summary));
  EXPECT_EQ(json["nets"][0]["of"].dump(), R"(["latent","class"])");
  EXPECT_EQ(json["nets"][0]["input"].dump(), "[[3],[10]]");
  EXPECT_EQ(json["nets"][3]["of"].dump(), R"("image")");
  EXPECT_EQ(json["nets"][3]["input"].dump(), "[4,4,1]");
}

TEST(InspectSummary, FeedsAreOfAnInput) {
  std::string feeds;
  for (const auto& f : summary_of(kConditionalModel).feeds) {
    feeds += f.from + " to " + f.to + "(" + f.input + ")";
    for (const auto& update : f.updates) feeds += " " + update;
    feeds += "\n";
  }
  EXPECT_EQ(feeds,
            "classifier to critic(class) c\n"
            "classifier to plane(class) c\n"
            "generator to critic(image) d g\n"
            "generator to classifier(image) g\n");
}

TEST(InspectSummary, ANetThatNothingUsesMustFitToo) {
  std::string text = kTinyModel;
  const std::string layer = "{ kind = \"conv_transpose\",";
  text.replace(text.find(layer), layer.size(), "{ kind = \"logsumexp\" }, " + layer);
  Diagnostics diagnostics;
  const auto model = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  ASSERT_TRUE(model);
  summarize(*model, diagnostics);
  ASSERT_EQ(diagnostics.items().size(), 1U);
  EXPECT_EQ(diagnostics.items()[0].message, "conv_transpose needs an image, but its input is [1, 6, 6]");
  EXPECT_EQ(diagnostics.items()[0].where.line, 24);
}

}  // namespace
}  // namespace sganc::testing
