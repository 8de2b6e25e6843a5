// Uses of trained models: predictions and images of given points, compiled and by the reference. Also how
// predictions are written.

#include "runtime/train/predict.h"

#include "runtime/train/prediction_rows.h"
#include "runtime/train/sample.h"
#include "tests/compiled_batch.h"
#include "tests/compiled_model.h"

namespace sganc {
namespace {

Model model_of(const std::string& text) {
  Diagnostics diagnostics;
  auto model = parse_model(text, "model.toml", {}, vocabulary(), diagnostics);
  if (!model) throw std::runtime_error(text_of(diagnostics));
  return *model;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("no such text: " + from);
  return text.replace(at, from.size(), to);
}

Twin twin_of(const Model& model, Module (*build)(const Model&, Diagnostics&)) {
  Diagnostics diagnostics;
  Module module = build(model, diagnostics);
  if (!diagnostics.empty()) throw std::runtime_error(text_of(diagnostics));
  return {std::move(module), Schedule{}};
}

std::vector<std::string> results_of(const Model& model) {
  Diagnostics diagnostics;
  const Module module = build_prediction(model, diagnostics);
  std::vector<std::string> names;
  for (const auto& result : module.functions.at(0).results)
    names.push_back(result.name + " " + to_string(module.functions[0].node(result.value).type.shape));
  return names;
}

using Names = std::vector<std::string>;

TEST(Prediction, IsThatOfTheReference) {
  Twin twin = twin_of(model_of(text_of(SmallModel{})), build_prediction);
  std::mt19937 random(3);
  bind_batch(twin, "predict", 1, random);
  twin.step("predict", 1e-5);
  std::vector<std::string> nets;
  for (const auto& v : twin.module.variables) nets.push_back(v.net);
  EXPECT_EQ(std::ranges::count(nets, "generator"), 0);
}

TEST(Prediction, HoldsWhatTheModelHas) {
  const std::string text = text_of(SmallModel{});
  EXPECT_EQ(results_of(model_of(text)), (Names{"probability [200, 10]", "logits [200, 10]", "real [200]"}));
  // The critic has layers of its own, and gives one number for each image in a vector.
  const std::string head =
      "[net.critic]\nof = \"logits\"\nlayers = [{ kind = \"logsumexp\" }, { kind = \"sigmoid\" }]";
  const auto with = [&](const std::string& layers) {
    return model_of(replaced(text, head, "[net.critic]\nof = \"logits\"\nlayers = [" + layers + "]"));
  };
  EXPECT_EQ(results_of(with("{ kind = \"dense\", units = 1 }, { kind = \"sigmoid\" }")).back(), "real [200]");
  EXPECT_EQ(results_of(with("{ kind = \"dense\", units = 2 }, { kind = \"sigmoid\" }")).back(),
            "logits [200, 10]");
  EXPECT_EQ(results_of(with("{ kind = \"dense\", units = 1 }")).back(), "logits [200, 10]");
  EXPECT_EQ(results_of(model_of(replaced(text, "{ kind = \"softmax\" }", "{ kind = \"relu\" }"))),
            (Names{"probability [200, 10]", "real [200]"}));
}

TEST(Prediction, DoesNotDependOnTheOtherImages) {
  Twin twin = twin_of(model_of(text_of(SmallModel{})), build_prediction);
  Predictor predict(twin.executor);
  std::mt19937 random(5);
  const auto bytes = bytes_of(random_whole({DType::u8, {250, 8, 8, 1}}, 256, random));
  const std::span pixels(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const auto all = predict(pixels, 250);
  EXPECT_EQ(all.count, 250);
  EXPECT_EQ(all.classes, 10);
  for (const std::size_t i : {0U, 123U, 199U, 200U, 249U}) {
    std::vector<std::uint8_t> other_pixels(pixels.size(), 255);
    std::ranges::copy(pixels.subspan(64 * i, 64), other_pixels.begin() + static_cast<std::ptrdiff_t>(64 * i));
    const auto among_others = predict(other_pixels, 250);
    const auto row = [&](const std::vector<float>& values) { return std::span(values).subspan(10 * i, 10); };
    EXPECT_TRUE(std::ranges::equal(row(among_others.probability), row(all.probability)));
    EXPECT_TRUE(std::ranges::equal(row(among_others.logits), row(all.logits)));
    EXPECT_EQ(among_others.real[i], all.real[i]);
    // At another place in a batch a product may add in another order.
    const auto alone = predict(pixels.subspan(64 * i, 64), 1);
    for (std::size_t c = 0; c < 10; ++c) EXPECT_NEAR(alone.probability[c], all.probability[10 * i + c], 1e-6);
    EXPECT_NEAR(alone.real[0], all.real[i], 1e-6);
  }
}

TEST(Generation, OfGivenPointsIsThatOfTheReference) {
  Twin twin = twin_of(model_of(text_of(SmallModel{})), build_generation);
  std::mt19937 random(3);
  twin.bind("latent", random_tensor({100, 7}, random));
  twin.step("generate", 1e-5);
}

TEST(Generation, OfTheDrawnPointsGivesTheDrawnImages) {
  Diagnostics diagnostics;
  const Model model = model_of(text_of(SmallModel{}));
  Executor drawing(compile(build_module(model, diagnostics)), 2, /*seed=*/7);
  Executor given(compile(build_generation(model, diagnostics)), 2, /*seed=*/7);
  for (std::size_t i = 0; i < given.program().variables.size(); ++i)
    std::ranges::copy(drawing.variable(drawing.variable_index(given.program().variables[i].name)),
                      given.variable(i).begin());
  ArrayPoints points;
  const auto drawn = sample_images(drawing, 9, 130, {.points = &points});
  EXPECT_EQ(points.count, 130);
  EXPECT_EQ(points.size, 7);
  ASSERT_EQ(points.values.size(), 130u * 7);
  const auto made = images_of_points(given, points);
  EXPECT_EQ(made.count, 130);
  EXPECT_EQ(made.values, drawn.values);
  ArrayPoints last{1, 7, {points.values.end() - 7, points.values.end()}};
  EXPECT_TRUE(std::ranges::equal(images_of_points(given, last).values, std::span(drawn.values).last(64)));
  last = {7, 1, last.values};
  try {
    images_of_points(given, last);
    ADD_FAILURE() << "points of another size are taken";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "points have 1 numbers, but the generator takes 7");
  }
}

const Predictions kTwo{2, 3, {0.25f, 0.7f, 0.05f, 0.1f, 0.2f, 0.7f}, {1, 2.5f, -1e-9f, 0, 1, 2}, {0.5f, 1}};

TEST(PredictionRows, Csv) {
  PredictionColumns columns{.classes = {"cat", "red, \"dog\""}, .known = 3, .real = true};
  EXPECT_EQ(prediction_header(columns), "path,class,probability,real\n");
  EXPECT_EQ(prediction_rows(columns, {"a b.png", "c,\n\"d\".png"}, kTwo),
            "a b.png,\"red, \"\"dog\"\"\",0.7,0.5\n"
            "\"c,\n\"\"d\"\".png\",\"red, \"\"dog\"\"\",0.2,1\n");  // the data do not have the third class
  columns.real = false;
  columns.logits = columns.probabilities = true;
  EXPECT_EQ(prediction_header(columns),
            "path,class,probability,logit:cat,\"logit:red, \"\"dog\"\"\",logit:2,"
            "probability:cat,\"probability:red, \"\"dog\"\"\",probability:2\n");
  EXPECT_EQ(prediction_rows(columns, {"a", "b"}, kTwo),
            "a,\"red, \"\"dog\"\"\",0.7,1,2.5,-1e-09,0.25,0.7,0.05\n"
            "b,\"red, \"\"dog\"\"\",0.2,0,1,2,0.1,0.2,0.7\n");
}

TEST(PredictionRows, JsonLines) {
  PredictionColumns columns{.json = true, .classes = {"cat", "dog", "eel"}, .known = 3};
  EXPECT_EQ(prediction_header(columns), "");
  EXPECT_EQ(prediction_rows(columns, {"a \"b\".png", "\xff.png"}, kTwo),
            "{\"path\":\"a \\\"b\\\".png\",\"class\":\"dog\",\"probability\":0.7}\n"
            "{\"path\":\"\xef\xbf\xbd.png\",\"class\":\"eel\",\"probability\":0.7}\n");
  columns.real = columns.logits = columns.probabilities = true;
  EXPECT_EQ(prediction_rows(columns, {"a"}, kTwo),
            "{\"path\":\"a\",\"class\":\"dog\",\"probability\":0.7,\"real\":0.5,"
            "\"logits\":{\"cat\":1.0,\"dog\":2.5,\"eel\":-1e-09},"
            "\"probabilities\":{\"cat\":0.25,\"dog\":0.7,\"eel\":0.05}}\n");
}

}  // namespace
}  // namespace sganc
