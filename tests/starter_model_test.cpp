// First models: for every shape of images one that can be built, with numbers that suit the images found.

#include "compiler/driver/starter/model.h"

#include <sstream>
#include "compiler/driver/starter/nets.h"

#include "tests/compiled_model.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

ImagesFound found(const std::array<std::int64_t, 3>& shape, std::int64_t per_class = 100) {
  return {.name = "photos",
          .source = "{ folder = \"photos\" }",
          .shape = shape,
          .train = {per_class, per_class, per_class + 7},
          .test = {0, 0, 0}};
}

std::string text_for(const ImagesFound& images, bool gan) {
  return starter_model(images, choose(images, gan), "my model.toml", "x/sganc.schema.json");
}

Model model_of(const ImagesFound& images, bool gan) {
  Diagnostics diagnostics;
  auto model = parse_model(text_for(images, gan), "model.toml", {}, vocabulary(), diagnostics);
  if (!model) throw std::runtime_error(text_of(diagnostics));
  return *model;
}

const std::vector<std::array<std::int64_t, 3>> kShapes = {
    {28, 28, 1}, {32, 32, 3}, {64, 48, 3}, {31, 45, 1}, {33, 17, 3},  {64, 8, 1},
    {8, 8, 1},   {5, 3, 1},   {1, 1, 3},   {1, 40, 1},  {100, 90, 3}, {12, 12, 4}};

TEST(StarterModel, ClassifiersBuildForEveryShape) {
  for (const auto& shape : kShapes) {
    SCOPED_TRACE(to_string(Shape(shape.begin(), shape.end())));
    ImagesFound images = found(shape);
    Diagnostics diagnostics;
    EXPECT_TRUE(training_module(model_of(images, false), diagnostics).function("agree"));
    images.train = {19, 19, 19};
    const Module module = training_module(model_of(images, false), diagnostics);
    EXPECT_TRUE(module.function("c"));
    EXPECT_FALSE(module.function("agree"));
  }
}

TEST(StarterModel, GansBuildForEveryShape) {
  for (const auto& shape : kShapes) {
    SCOPED_TRACE(to_string(Shape(shape.begin(), shape.end())));
    const Model model = model_of(found(shape), true);
    Diagnostics diagnostics;
    const Module module = training_module(model, diagnostics);
    EXPECT_FALSE(module.functions.empty());
    const Module generation = build_generation(model, diagnostics);
    const Function& generate = *generation.function("generate");
    EXPECT_EQ(generate.node(generate.result("image")->value).type.shape,
              (Shape{100, shape[0], shape[1], shape[2]}));
    EXPECT_EQ(model.evaluate.critic.value, "critic");
  }
}

TEST(StarterModel, HasTheTutorialsNetsForItsImages) {
  const auto nets = starter_nets({28, 28, 1});
  EXPECT_EQ(nets.generator_sizes, "7x7 -> 14x14 -> 28x28");
  EXPECT_EQ(nets.trunk_sizes, "28x28 -> 14x14 -> 7x7 -> 4x4");
  const std::string shipped = testing::content_of(SGANC_SOURCE_DIR "/models/mnist_stacked.toml");
  EXPECT_NE(shipped.find("layers = [\n" + nets.generator_layers + "]\n"), std::string::npos);
  EXPECT_NE(shipped.find("layers = [\n" + nets.trunk_layers + "]\n"), std::string::npos);
}

TEST(StarterModel, OddAndLongSidesGrowPixelByPixel) {
  const auto nets = starter_nets({45, 8, 3});
  EXPECT_EQ(nets.generator_sizes, "6x8 -> 12x8 -> 23x8 -> 45x8");
  EXPECT_EQ(nets.generator_layers,
            "  { kind = \"dense\", units = 6144 },\n"
            "  { kind = \"leaky_relu\", slope = 0.2 },\n"
            "  { kind = \"reshape\", shape = [6, 8, 128] },\n"
            "  { kind = \"conv_transpose\", filters = 128, kernel = [4, 3], stride = [2, 1], padding = 1 },\n"
            "  { kind = \"leaky_relu\", slope = 0.2 },\n"
            "  { kind = \"conv_transpose\", filters = 128, kernel = 3, stride = [2, 1], padding = 1 },\n"
            "  { kind = \"leaky_relu\", slope = 0.2 },\n"
            "  { kind = \"conv_transpose\", filters = 64, kernel = 3, stride = [2, 1], padding = 1 },\n"
            "  { kind = \"leaky_relu\", slope = 0.2 },\n"
            "  { kind = \"conv\", filters = 3, kernel = 7 },\n"
            "  { kind = \"tanh\" },\n");
  EXPECT_EQ(nets.trunk_sizes, "45x8 -> 23x4 -> 12x4 -> 6x4 -> 3x4");
  EXPECT_EQ(nets.trunk_layers.substr(0, nets.trunk_layers.find('\n')),
            "  { kind = \"conv\", filters = 64, kernel = 3, stride = 2 },");
}

TEST(StarterModel, AClassifierHasTwoConvolutionsForEachSize) {
  const auto nets = starter_nets({20, 9, 3});
  EXPECT_EQ(nets.classifier_sizes, "20x9 -> 10x5 -> 5x5");
  std::string convs;
  std::istringstream lines(nets.classifier_layers);
  for (std::string line; std::getline(lines, line);)
    if (line.find("conv") != std::string::npos) convs += line + "\n";
  EXPECT_EQ(convs,
            "  { kind = \"conv\", filters = 32, kernel = 3, stride = 1, bias = false },\n"
            "  { kind = \"conv\", filters = 64, kernel = 3, stride = 2, bias = false },\n"
            "  { kind = \"conv\", filters = 64, kernel = 3, stride = 1, bias = false },\n"
            "  { kind = \"conv\", filters = 128, kernel = 3, stride = [2, 1], bias = false },\n"
            "  { kind = \"conv\", filters = 128, kernel = 3, stride = 1, bias = false },\n");
}

void expect_choices(const ImagesFound& images, bool gan, const StarterChoices& expected) {
  const auto choices = choose(images, gan);
  EXPECT_EQ(choices.recipe, expected.recipe);
  EXPECT_EQ(choices.per_class, expected.per_class);
  EXPECT_EQ(choices.validation, expected.validation);
  EXPECT_EQ(choices.test, expected.test);
  EXPECT_EQ(choices.labelled_batch, expected.labelled_batch);
  EXPECT_EQ(choices.batch, expected.batch);
  EXPECT_EQ(choices.labelled, expected.labelled);
  EXPECT_EQ(choices.drawn, expected.drawn);
  EXPECT_EQ(choices.steps_per_epoch, expected.steps_per_epoch);
}

TEST(StarterModel, ChoosesByWhatIsThere) {
  constexpr auto kFew = Recipe::few_labels, kAll = Recipe::all_labels, kGan = Recipe::gan;
  ImagesFound images = found({8, 8, 1});
  images.train = {100, 200};  // less 10 and 20 test images, less 9 and 18 validation images
  images.test = {0, 0};
  expect_choices(images, true, {kGan, 10, true, true, 20, 50, 20, 243, 100});
  expect_choices(images, false, {kFew, 10, true, true, 20, 64, 20, 243, 60});
  images.unlabelled = 100000;
  expect_choices(images, true, {kGan, 0, true, true, 50, 50, 243, 100243, 600});
  expect_choices(images, false, {kFew, 0, true, true, 64, 128, 243, 100243, 500});
  images.unlabelled = 0;
  images.test = {3, 4};
  expect_choices(images, true, {kGan, 10, true, false, 20, 50, 20, 270, 100});
  images.train = {49, 200};
  expect_choices(images, true, {kGan, 10, false, false, 20, 50, 20, 249, 100});
  images.train = {19, 200};
  expect_choices(images, true, {kGan, 0, false, false, 50, 50, 219, 219, 100});
  expect_choices(images, false, {kAll, 0, false, false, 64, 64, 219, 219, 60});
  images.train = {2, 3};
  images.test = {0, 0};
  expect_choices(images, true, {kGan, 0, false, true, 3, 3, 3, 3, 100});
  expect_choices(images, false, {kAll, 0, false, true, 3, 3, 3, 3, 60});
  images.train = {5000, 25000};
  images.test = {1, 1};
  expect_choices(images, true, {kGan, 10, true, false, 20, 50, 20, 27000, 270});
  expect_choices(images, false, {kFew, 10, true, false, 20, 128, 20, 27000, 270});
}

void expect_parts(const std::string& text, const std::vector<std::string>& parts) {
  for (const auto& part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << text;
}

TEST(StarterModel, AGanSaysWhatItChose) {
  ImagesFound images = found({8, 8, 2}, 3);
  images.unlabelled = 4;
  const std::string text = text_for(images, true);
  EXPECT_TRUE(text.starts_with("#:schema x/sganc.schema.json\n# A semi-supervised GAN for photos: ")) << text;
  expect_parts(
      text,
      {"\nname = \"photos\"                         # its runs lie in runs/photos\n",
       "\nsource = { folder = \"photos\" }\n"
       "labels = { all = true }                 # every label; images without one are used too\n"
       "test   = { fraction = 0.1 }             # of each class: for the test of the finished classifier\n",
       "\ndraw      = { x = \"labeled 13\" }\n", "\ndraw      = { z = \"latent 34\" }\n",
       "\nsteps_per_epoch = 100                   # 17 images are there to draw\n",
       "\ngenerator  = \"generator\"\n"
       "splits     = [\"train\"]                  # it holds the labelled images, so it is no test\n"});
  EXPECT_TRUE(text.ends_with(
      "\n# What to type next:\n"
      "#   ./sganc check 'my model.toml'                   # what training will cost\n"
      "#   ./sganc train 'my model.toml'                   # trains, into runs/photos\n"
      "#   ./sganc eval runs/photos --split test           # how good the classifier is\n"
      "#   ./sganc predict runs/photos PATH...             # classifies pictures, folders of them, arrays\n"
      "#   ./sganc sample runs/photos                      # draws images\n"))
      << text;
}

TEST(StarterModel, AClassifierSaysWhatItChose) {
  ImagesFound images = found({56, 40, 1}, 3);
  images.unlabelled = 4;
  const std::string text = text_for(images, false);
  EXPECT_TRUE(
      text.starts_with("#:schema x/sganc.schema.json\n# A classifier for photos, which learns from the "
                       "images with a label and from those without.\n"))
      << text;
  expect_parts(
      text,
      {"\nlayers = [\n"
       "  { kind = \"oriented_gradients\" },\n"
       "  { kind = \"average_pool\", size = 8, stride = 6, padding = \"same\" },\n"
       "  { kind = \"flatten\" },\n]\n",
       "\n[net.trunk]                             # 56x40 -> 28x20 -> 14x10 -> 7x5\n", "\nshift   = 4\n",
       "\nelastic = { strength = 2, smoothness = 14 }\n",
       "\n[net.outline]                           # no weights either: of which each point may "
       "move a little\nof = \"image\"\nlayers = [\n"
       "  { kind = \"average_pool\", size = 2, stride = 2, padding = \"same\" },\n]\n",
       "\nneighbours  = 5\nrerank      = { net = \"outline\" }\n", "\nfrom_step   = 121\nevery       = 120\n",
       "\nto_step   = 120\n", "\nfrom_step  = 121\nto_step    = 480\n", "\nfrom_step = 481\n",
       "\ndraw       = { s = \"spread.both 17\", u = \"unlabeled 17\" }\n",
       "\nsteps_per_epoch = 60                    # 17 images are there to draw\n"});
  EXPECT_TRUE(text.ends_with(
      "#   ./sganc predict runs/photos PATH...             # classifies pictures, folders of them, arrays\n"
      "#   ./sganc suggest runs/photos --count 20          # the images whose label would help most\n"))
      << text;
  images.shape = {8, 8, 1};
  expect_parts(text_for(images, false),
               {"\nof = \"image\"\nlayers = [\n"
                "  { kind = \"average_pool\", size = 2, stride = 1, padding = \"same\" },\n]\n",
                "\nrerank      = { net = \"outline\", reach = 1 }\n"});
  images.unlabelled = 0;
  EXPECT_TRUE(
      text_for(images, false)
          .starts_with("#:schema x/sganc.schema.json\n# A classifier for photos, all of whose images have "
                       "a label.\n"));
}

}  // namespace
}  // namespace sganc
