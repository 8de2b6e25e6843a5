#include "compiler/driver/starter/model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/driver/places.h"
#include "compiler/driver/shell_word.h"
#include "compiler/driver/starter/nets.h"
#include "compiler/driver/starter/text.h"
#include "compiler/driver/wrapped.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

constexpr std::int64_t kEnoughToHoldOut = 50;  // images of the smallest class
constexpr std::int64_t kLabels = 10;           // of each class, if it has at least twice as many images
constexpr std::int64_t kEpochs = 10;           // of a classifier; a GAN has 20

/// A line of code with a comment that begins in its column.
std::string line(std::string code, const std::string& comment, std::size_t column = 40) {
  code.resize(std::max(code.size() + 1, column), ' ');
  return code + "# " + toml_comment(comment);
}

/// The images of a class that are held out or tested on.
std::int64_t tenth(std::int64_t count) {
  return std::min(count - 1, std::max<std::int64_t>(1, std::llround(static_cast<double>(count) / 10)));
}

std::string data_lines(const ImagesFound& found, const StarterChoices& choices) {
  std::vector<std::string> lines = {"source = " + found.source};
  if (choices.per_class > 0)
    lines.push_back(line("labels = { per_class = " + std::to_string(choices.per_class) + " }",
                         "all other images are used without theirs; { all = true } uses all labels"));
  else
    lines.push_back(line("labels = { all = true }",
                         found.unlabelled > 0 ? "every label; images without one are used too"
                                              : "every label; { per_class = 1 } uses one of each class"));
  if (found.validation > 0)
    lines.push_back(
        line("validation = { given = true }",
             std::to_string(found.validation) + " images of the source's own: measured, never learned from"));
  else if (choices.validation)
    lines.push_back(line("validation = { fraction = 0.1 }", "of each class: measured, never learned from"));
  if (choices.test)
    lines.push_back(
        line("test   = { fraction = 0.1 }", "of each class: for the test of the finished classifier"));
  lines.push_back(choices.recipe == Recipe::gan
                      ? line("range  = [-1.0, 1.0]", "what the bytes 0 and 255 become: the range of tanh")
                      : line("range  = [-1.0, 1.0]", "what the bytes 0 and 255 become"));
  return std::accumulate(lines.begin() + 1, lines.end(), lines[0],
                         [](const std::string& a, const std::string& b) { return a + "\n" + b; });
}

std::string evaluated_lines(const StarterChoices& choices) {
  return choices.validation
             ? line("splits     = [\"validation\"]", "checkpoints/best is the best on these")
             : line("splits     = [\"train\"]", "it holds the labelled images, so it is no test");
}

std::string commands(const std::string& name, const std::string& file, const StarterChoices& choices) {
  const std::string run = "runs/" + name, model = shell_word(file);
  std::vector<std::pair<std::string, std::string>> rows = {
      {"check " + model, "what training will cost"},
      {"train " + model, "trains, into " + run},
      {"eval " + run + (choices.tests ? " --split test" : " --split train"), "how good the classifier is"},
      {"predict " + run + " PATH...", "classifies pictures, folders of them, arrays"}};
  if (choices.recipe == Recipe::gan) rows.emplace_back("sample " + run, "draws images");
  if (choices.recipe == Recipe::few_labels)
    rows.emplace_back("suggest " + run + " --count 20", "the images whose label would help most");
  std::string text;
  for (const auto& [command, what] : rows)
    text += line("#   " + called_program() + " " + toml_comment(command), what, 52) + "\n";
  return text;
}

void replace(std::string& text, const std::string& word, const std::string& by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
}

/// The number, in tenths of at least one, as TOML.
std::string tenths(double value) {
  return shortest(std::max(0.1, std::round(10 * value) / 10));
}

/// The sentence as comments.
std::string comment_lines(const std::string& sentence, const std::string& indent) {
  constexpr std::size_t kMost = 119;  // columns
  return sentence.empty() ? "" : wrapped(sentence, indent + "#", indent + "#", kMost);
}

/// Whether left and right are exchanged, and why.
std::string flip_lines(const ImageHabits& habits) {
  return comment_lines(habits.why_flip, "") + (habits.flip ? "flip    = \"horizontal\"\n" : "");
}

/// The layer that makes lines upright.
std::string straighten_line(const ImageHabits& habits) {
  return "  { kind = \"straighten\"" + (habits.ink == "bright" ? "" : ", ink = \"" + habits.ink + "\"") +
         " },\n";
}

/// The layers of the net whose numbers say which images are alike in shape: means over about nine by nine
/// windows, or the pixels themselves of images that are too small for it.
std::string shape_layers(std::int64_t height, std::int64_t width, const ImageHabits& habits) {
  if (std::min(height, width) < 3) return "  { kind = \"flatten\" },\n";
  const std::int64_t stride =
      std::max<std::int64_t>(1, std::llround(static_cast<double>(std::max(height, width)) / 9));
  const std::string upright =
      habits.ink.empty() ? "" : comment_lines(habits.why_straighten, "  ") + straighten_line(habits);
  return upright + "  { kind = \"oriented_gradients\" },\n  { kind = \"average_pool\", size = " +
         std::to_string(stride + 2) + ", stride = " + std::to_string(stride) +
         ", padding = \"same\" },\n  { kind = \"flatten\" },\n";
}

/// The sides of the images that rerank compares have at most so many pixels: the time grows with their
/// number.
constexpr std::int64_t kOutline = 32;

/// How many pixels of a side become one for rerank.
std::int64_t outline_pool(std::int64_t side) {
  return (side + kOutline - 1) / kOutline;
}

/// The layers of the net whose images rerank bends: upright or a little blurred ones, and not too large.
std::string outline_layers(std::int64_t side, const ImageHabits& habits) {
  const std::string upright = habits.ink.empty() ? "" : straighten_line(habits),
                    pool = std::to_string(outline_pool(side));
  if (outline_pool(side) > 1)
    return upright + "  { kind = \"average_pool\", size = " + pool + ", stride = " + pool +
           ", padding = \"same\" },\n";
  return upright.empty() ? "  { kind = \"average_pool\", size = 2, stride = 1, padding = \"same\" },\n"
                         : upright;
}

/// Points move by a fourteenth of the image; 2 pixels is the default.
std::string reach_key(std::int64_t side) {
  const auto reach =
      std::max<std::int64_t>(1, std::llround(static_cast<double>(side / outline_pool(side)) / 14));
  return reach == 2 ? "" : ", reach = " + std::to_string(reach);
}

const char* template_of(Recipe recipe) {
  switch (recipe) {
    case Recipe::few_labels:
      return kStarterFewLabels;
    case Recipe::all_labels:
      return kStarterAllLabels;
    case Recipe::gan:
      break;
  }
  return kStarterGan;
}

/// Steps and batches of a classifier: the more images, the longer it learns.
void choose_classifier(StarterChoices& choices, std::int64_t labelled) {
  const std::int64_t steps = std::clamp<std::int64_t>((choices.drawn + 999) / 1000 * 100, 600, 5000);
  choices.steps_per_epoch = steps / kEpochs;
  choices.batch = std::min<std::int64_t>(choices.drawn < 4000 ? 64 : 128, choices.drawn);
  choices.labelled_batch = std::min<std::int64_t>(64, labelled);
}

/// Steps and batches of a GAN: an epoch shows each image about half a time to each update.
void choose_gan(StarterChoices& choices, std::int64_t labelled) {
  constexpr std::int64_t kBatch = 50, kLeastSteps = 100, kMostSteps = 600;
  choices.labelled_batch = std::min(kBatch, labelled);
  choices.batch = std::min(kBatch, choices.drawn);
  choices.steps_per_epoch = std::clamp(choices.drawn / (2 * choices.batch), kLeastSteps, kMostSteps);
}

}  // namespace

StarterChoices choose(const ImagesFound& found, bool gan) {
  StarterChoices choices;
  choices.test = std::accumulate(found.test.begin(), found.test.end(), std::int64_t{0}) == 0 &&
                 *std::ranges::max_element(found.train) > 1;
  choices.tests = choices.test || std::ranges::any_of(found.test, [](auto count) { return count > 0; });
  auto left = found.train;  // images of each class that can be drawn
  if (choices.test)
    for (auto& count : left) count -= tenth(count);
  choices.validation = found.validation > 0 || *std::ranges::min_element(left) >= kEnoughToHoldOut;
  if (choices.validation && found.validation == 0)
    for (auto& count : left) count -= tenth(count);
  if (found.unlabelled == 0 && *std::ranges::min_element(left) >= 2 * kLabels) choices.per_class = kLabels;
  const auto all = std::accumulate(left.begin(), left.end(), std::int64_t{0});
  const auto classes = static_cast<std::int64_t>(left.size());
  choices.drawn = all + found.unlabelled;
  choices.labelled = choices.per_class > 0 ? choices.per_class * classes : all;
  choices.recipe = gan                                ? Recipe::gan
                   : choices.labelled < choices.drawn ? Recipe::few_labels
                                                      : Recipe::all_labels;
  gan ? choose_gan(choices, choices.labelled) : choose_classifier(choices, choices.labelled);
  return choices;
}

std::string starter_model(const ImagesFound& found, const StarterChoices& choices, const std::string& file,
                          const std::string& schema) {
  const auto [height, width, channels] = found.shape;
  const auto side = static_cast<double>(std::max(height, width));
  const std::string shape =
      "[" + std::to_string(height) + ", " + std::to_string(width) + ", " + std::to_string(channels) + "]";
  const bool gan = choices.recipe == Recipe::gan;
  const StarterNets nets = starter_nets(found.shape);
  const std::int64_t every = 2 * choices.steps_per_epoch;
  std::string text = template_of(choices.recipe);
  replace(text, "@CLASSIFIER@", kStarterClassifier);
  replace(text, "@DISTORTIONS@", kStarterDistortions);
  replace(text, "@FLIP@", flip_lines(found.habits));
  replace(text, "@WEAK_FLIP@", found.habits.flip ? "\nflip  = \"horizontal\"" : "");
  replace(text, "@END@", kStarterEnd);
  replace(text, "@SCHEMA@", toml_comment(schema));
  replace(text, "@NAME_LINE@",
          line("name = " + toml_string(found.name), "its runs lie in runs/" + found.name));
  replace(text, "@DATA@", data_lines(found, choices));
  replace(text, "@IMAGE@", line("image  = " + shape, "height, width, channels"));
  replace(text, "@GENERATOR@", line("[net.generator]", nets.generator_sizes));
  replace(text, "@GENERATOR_LAYERS@", nets.generator_layers);
  replace(text, "@SHAPE_LAYERS@", shape_layers(height, width, found.habits));
  replace(text, "@OUTLINE_LAYERS@", outline_layers(std::max(height, width), found.habits));
  replace(text, "@REACH@", reach_key(std::max(height, width)));
  replace(text, "@TRUNK@", line("[net.trunk]", gan ? nets.trunk_sizes : nets.classifier_sizes));
  replace(text, "@TRUNK_LAYERS@", gan ? nets.trunk_layers : nets.classifier_layers);
  replace(text, "@CLASSES@", std::to_string(found.train.size()));
  replace(text, "@LABELLED_BATCH@", std::to_string(choices.labelled_batch));
  replace(text, "@BATCH@", std::to_string(choices.batch));
  replace(text, "@TWO_BATCHES@", std::to_string(2 * choices.batch));
  replace(text, "@SHIFT@", std::to_string(std::max<std::int64_t>(1, std::llround(side / 14))));
  replace(text, "@ELASTIC@", tenths(side / 28));
  replace(text, "@SMOOTHNESS@", tenths(std::max(2.0, side / 4)));
  replace(text, "@EVERY@", std::to_string(every));
  replace(text, "@FROM_STEP@", std::to_string(every + 1));
  replace(text, "@AGREE_TO_STEP@", std::to_string(4 * every));
  replace(text, "@SETTLE_FROM_STEP@", std::to_string(4 * every + 1));
  replace(text, "@STEPS@",
          line("steps_per_epoch = " + std::to_string(choices.steps_per_epoch),
               std::to_string(choices.drawn) + " images are there to draw"));
  replace(text, "@EVALUATED@", evaluated_lines(choices));
  replace(text, "@COMMANDS@", commands(found.name, file, choices));
  replace(text, "@NAME@", found.name);
  return text;
}

}  // namespace sganc
