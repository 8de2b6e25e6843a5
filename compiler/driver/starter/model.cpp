#include "compiler/driver/starter_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/driver/shell_word.h"
#include "compiler/driver/starter_nets.h"
#include "compiler/language/spelling.h"

namespace sganc {
namespace {

constexpr std::int64_t kEnoughToHoldOut = 50;  // images of the smallest class
constexpr std::int64_t kLabels = 10;           // of each class, if it has at least twice as many images
constexpr std::int64_t kBatch = 50;
constexpr std::int64_t kLeastSteps = 100, kMostSteps = 600;  // of an epoch

constexpr const char* kText = R"toml(#:schema @SCHEMA@
# A semi-supervised GAN for @NAME@: one set of logits serves the classifier, which learns from the labels, and the
# critic, which tells real images from generated ones and learns from all images (Salimans et al. 2016; Odena 2016).
# What to change first: labels and epochs; image and filters, where a step takes too long.

@NAME_LINE@

[data]
@DATA@

[input]
@IMAGE@
latent = { size = 100, distribution = "normal" }

@GENERATOR@
of = "latent"
layers = [
@GENERATOR_LAYERS@]

@TRUNK@
of = "image"
layers = [
@TRUNK_LAYERS@]

[net.logits]                            # shared by both heads: a number a class
of = "trunk"
layers = [{ kind = "dense", units = @CLASSES@ }]

[net.classifier]                        # supervised head
of = "logits"
layers = [{ kind = "softmax" }]

[net.critic]                            # unsupervised head: sigmoid(log Z) = Z / (Z + 1), Z = the sum of exp(logits)
of = "logits"
layers = [{ kind = "logsumexp" }, { kind = "sigmoid" }]

[optimizer]                             # three states, even for the same weights
supervised   = { kind = "adam", rate = 2e-4, beta1 = 0.5 }
unsupervised = { kind = "adam", rate = 2e-4, beta1 = 0.5 }
generator    = { kind = "adam", rate = 2e-4, beta1 = 0.5 }

[[update]]                              # the labelled images, by class
name      = "c"
draw      = { x = "labeled @LABELLED_BATCH@" }
minimize  = "cross_entropy(classifier(x), label(x))"
train     = ["trunk", "logits"]
optimizer = "supervised"

[[update]]                              # real images are real
name      = "d_real"
draw      = { x = "unlabeled @BATCH@" }
minimize  = "bce(critic(x), 1)"
train     = ["trunk", "logits"]
optimizer = "unsupervised"

[[update]]                              # generated images are not
name      = "d_fake"
draw      = { z = "latent @BATCH@" }
minimize  = "bce(critic(generator(z)), 0)"
train     = ["trunk", "logits"]
optimizer = "unsupervised"

[[update]]                              # the generator makes the critic, held still, say "real"
name      = "g"
draw      = { z = "latent @TWO_BATCHES@" }
minimize  = "bce(critic(generator(z)), 1)"
train     = ["generator"]
optimizer = "generator"

[train]
epochs = 20
@STEPS@

[evaluate]                              # after every epoch
classifier = "classifier"
critic     = "critic"
@EVALUATED@

# What to type next:
@COMMANDS@)toml";

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
  if (choices.validation)
    lines.push_back(line("validation = { fraction = 0.1 }", "of each class: measured, never learned from"));
  if (choices.test)
    lines.push_back(
        line("test   = { fraction = 0.1 }", "of each class: for the test of the finished classifier"));
  lines.push_back(line("range  = [-1.0, 1.0]", "what the bytes 0 and 255 become: the range of tanh"));
  return std::accumulate(lines.begin() + 1, lines.end(), lines[0],
                         [](const std::string& a, const std::string& b) { return a + "\n" + b; });
}

std::string evaluated_lines(const StarterChoices& choices) {
  return "generator  = \"generator\"\n" +
         (choices.validation
              ? line("splits     = [\"validation\"]", "checkpoints/best is the best on these")
              : line("splits     = [\"train\"]", "it holds the labelled images, so it is no test"));
}

std::string commands(const std::string& name, const std::string& file) {
  const std::string run = "runs/" + name, model = shell_word(file);
  const std::pair<std::string, std::string> rows[] = {
      {"check " + model, "what training will cost"},
      {"train " + model, "trains, into " + run},
      {"eval " + run + " --split test", "how good the classifier is"},
      {"predict " + run + " PATH...", "classifies pictures, folders of them, arrays"},
      {"sample " + run, "draws images"}};
  std::string text;
  for (const auto& [command, what] : rows)
    text += line("#   ./sganc " + toml_comment(command), what, 52) + "\n";
  return text;
}

void replace(std::string& text, const std::string& word, const std::string& by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
}

}  // namespace

StarterChoices choose(const ImagesFound& found) {
  StarterChoices choices;
  choices.test = std::accumulate(found.test.begin(), found.test.end(), std::int64_t{0}) == 0;
  auto left = found.train;  // images of each class that can be drawn
  if (choices.test)
    for (auto& count : left) count -= tenth(count);
  choices.validation = *std::ranges::min_element(left) >= kEnoughToHoldOut;
  if (choices.validation)
    for (auto& count : left) count -= tenth(count);
  if (found.unlabelled == 0 && *std::ranges::min_element(left) >= 2 * kLabels) choices.per_class = kLabels;
  const auto all = std::accumulate(left.begin(), left.end(), std::int64_t{0});
  const auto classes = static_cast<std::int64_t>(left.size());
  choices.drawn = all + found.unlabelled;
  choices.labelled_batch = std::min(kBatch, choices.per_class > 0 ? choices.per_class * classes : all);
  choices.batch = std::min(kBatch, choices.drawn);
  choices.steps_per_epoch = std::clamp(choices.drawn / (2 * choices.batch), kLeastSteps, kMostSteps);
  return choices;
}

std::string starter_model(const ImagesFound& found, const std::string& file, const std::string& schema) {
  const StarterChoices choices = choose(found);
  const StarterNets nets = starter_nets(found.shape);
  const auto [height, width, channels] = found.shape;
  const std::string shape =
      "[" + std::to_string(height) + ", " + std::to_string(width) + ", " + std::to_string(channels) + "]";
  std::string text = kText;
  replace(text, "@SCHEMA@", toml_comment(schema));
  replace(text, "@NAME_LINE@",
          line("name = " + toml_string(found.name), "its runs lie in runs/" + found.name));
  replace(text, "@DATA@", data_lines(found, choices));
  replace(text, "@IMAGE@", line("image  = " + shape, "height, width, channels"));
  replace(text, "@GENERATOR@", line("[net.generator]", nets.generator_sizes));
  replace(text, "@GENERATOR_LAYERS@", nets.generator_layers);
  replace(text, "@TRUNK@", line("[net.trunk]", nets.trunk_sizes));
  replace(text, "@TRUNK_LAYERS@", nets.trunk_layers);
  replace(text, "@CLASSES@", std::to_string(found.train.size()));
  replace(text, "@LABELLED_BATCH@", std::to_string(choices.labelled_batch));
  replace(text, "@BATCH@", std::to_string(choices.batch));
  replace(text, "@TWO_BATCHES@", std::to_string(2 * choices.batch));
  replace(text, "@STEPS@",
          line("steps_per_epoch = " + std::to_string(choices.steps_per_epoch),
               std::to_string(choices.drawn) + " images are there to draw"));
  replace(text, "@EVALUATED@", evaluated_lines(choices));
  replace(text, "@COMMANDS@", commands(found.name, file));
  replace(text, "@NAME@", found.name);
  return text;
}

}  // namespace sganc
