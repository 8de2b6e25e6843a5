#include "compiler/language/sections.h"

#include <stdexcept>

#include "runtime/program.h"

namespace sganc {
namespace {

/// Of a label input: an f32 holds every class exactly, and a vector of them stays small.
constexpr double kMostClasses = 100000;

/// Any number from 0 on.
Key seed(std::string description) {
  Key key = integer("seed", std::move(description)).from(0);
  key.at_most = {};
  return key;
}

/// The keys that say which images, those of label_choices() but for "all", and the seed.
std::vector<Key> choice_keys(const std::string& images) {
  return {
      integer("per_class", "so many " + images + " of each class").from(1).may_be_absent(),
      integer("total", "so many " + images + ", as even over the classes as can be").from(1).may_be_absent(),
      number("fraction", "this part of each class").greater_than(0).to(1).may_be_absent(),
      text("file",
           "those whose indices the file lists, one a line, as a run's labels.txt; relative to "
           "the file that says so")
          .may_be_absent(),
      seed("of the choice (default: train.seed)").may_be_absent()};
}

std::vector<Key> label_keys() {
  auto keys = choice_keys("labelled images");
  keys.push_back(boolean("all", "true: every image").may_be_absent());
  keys.push_back(
      boolean("replace", "draw with replacement: an image may be chosen more than once").defaulting(false));
  return keys;
}

}  // namespace

const std::vector<std::string>& label_choices() {
  static const std::vector<std::string> choices{"per_class", "total", "fraction", "file", "all"};
  return choices;
}

std::vector<KindKeys> model_sections() {
  using Numbers = std::vector<double>;
  using Texts = std::vector<std::string>;
  return {
      {"",
       {text("name", "the model's name, which also names its run folder"),
        text("extends", "a model file, relative to this one, that this file changes").may_be_absent(),
        boolean("keras_compat",
                "true: losses clip probabilities at 1e-7, as Keras's do, and are not computed "
                "from logits")
            .defaulting(false)},
       "the file itself; tables: data, input, net, optimizer, augment, update, train, average, evaluate"},
      {"data",
       {text("source", "the data set, by name, or a table that says where images and labels lie")
            .one_of({"mnist", "fashion-mnist", "cifar10"})
            .defaulting(std::string("mnist")),
        numbers("range", "what the bytes 0 and 255 of a pixel become")
            .of_length(2)
            .defaulting(Numbers{-1, 1})},
       "where images and labels come from; tables: source, labels, validation, test"},
      {"data.source",
       {text("folder",
             "of PNG and JPEG pictures: FOLDER/train/CLASS/* and FOLDER/test/CLASS/*, or FOLDER/CLASS/*; "
             "FOLDER/unlabeled/*")
            .may_be_absent(),
        text("fit", "how pictures of a folder become images of the input's shape (default: crop)")
            .one_of({"crop", "stretch"})
            .may_be_absent(),
        text("images", "training images: .npy of uint8, or IDX").may_be_absent(),
        text("labels", "their classes from 0, -1 where there is none: .npy of integers, or IDX")
            .may_be_absent(),
        text("test_images", "test images, as images").may_be_absent(),
        text("test_labels", "their classes, as labels").may_be_absent()},
       "a folder, or files of arrays; relative to the file that says so"},
      {"data.labels", label_keys(),
       "which labels may be used (default: per_class = 10); all other images are used without theirs"},
      {"data.validation", choice_keys("images"),
       "which training images are held out: no update draws them, they are the split \"validation\""},
      {"data.test", choice_keys("images"),
       "which images become test images where the source has none of its own (default: fraction = 0.1); the "
       "seed is 0 where absent"},
      {"input.image",
       {integers("image", "height, width, channels").of_length(3).from(1)},
       "an image that a net takes"},
      {"input.latent",
       {integer("size", "how many numbers").from(1),
        text("distribution", "normal: mean 0, deviation 1; uniform: from -1 to 1")
            .one_of({"normal", "uniform"})
            .defaulting(std::string("normal"))},
       "a random vector that a net takes"},
      {"input.label",
       {integer("classes", "how many: drawn are 0 to classes - 1, each as likely as any other")
            .from(1)
            .to(kMostClasses)},
       "a class, which a net takes as a vector of as many numbers: 1 at the class, else 0"},
      {"net",
       {texts("of", "the input or net that this net is a function of, or a list of them").or_one()},
       "[net.NAME]: layers, a list of tables, each with its kind, a name where it needs one, and the kind's "
       "keys"},
      {"update",
       {text("name", "names the update in metrics and overrides"),
        text("minimize", "the expression to be minimized"),
        texts("train", "the nets whose parameters change"), text("optimizer", "the optimizer, by its name"),
        boolean("replace", "draw images with replacement; false: every image once before any comes again")
            .defaulting(true),
        integer("every", "runs in the steps that this divides; the first step is 1")
            .from(1)
            .defaulting(std::int64_t{1}),
        integer("from_step", "runs in no step before this").from(1).defaulting(std::int64_t{1}),
        integer("repeat", "runs so often in a step, each time with new draws")
            .from(1)
            .to(static_cast<double>(kMostRepetitions))
            .defaulting(std::int64_t{1}),
        number("clip_value", "each element of the gradients is limited to this, up and down")
            .greater_than(0)
            .may_be_absent(),
        number("clip_norm", "gradients that are longer than this, all together, are scaled to this length")
            .greater_than(0)
            .may_be_absent()},
       "[[update]], in the order in which they run each step; draw, a table: variable = \"SOURCE COUNT\"; "
       "let, a table: "
       "name = \"EXPRESSION\", which the names after it and minimize may use"},
      {"augment",
       {integer("shift", "pixels, at most, up or down and to a side; whole ones")
            .from(0)
            .defaulting(std::int64_t{0}),
        number("rotate", "degrees, at most, to a side").from(0).to(180).defaulting(0.0),
        number("scale", "the size changes by a factor between 1 - scale and 1 + scale")
            .from(0)
            .to(0.9)
            .defaulting(0.0),
        number("shear", "each row moves to a side by up to this part of its distance from the middle")
            .from(0)
            .to(10)
            .defaulting(0.0),
        text("flip", "mirrored, each way with probability one half: horizontal exchanges left and right")
            .one_of({"none", "horizontal", "vertical", "both"})
            .defaulting(std::string("none")),
        number("noise", "the standard deviation of a normal number added to each pixel, in the data's range")
            .from(0)
            .defaulting(0.0),
        integer("cutout", "the side, in pixels, of a square that is filled; its middle is any pixel")
            .from(0)
            .defaulting(std::int64_t{0}),
        text("fill",
             "what lies outside of the image: its nearest pixel, the low end of the data's range or its "
             "middle; a square of cutout has the low end where this is edge")
            .one_of({"edge", "low", "middle"})
            .defaulting(std::string("edge"))},
       "what augment(x) does with each image, by new random numbers in each use; [augment.NAME], with the "
       "same "
       "keys, for augment.NAME(x)"},
      {"augment.elastic",
       {number("strength", "pixels, at most, by which a place moves in each direction").from(0).to(1000),
        number("smoothness", "pixels from one place that moves by itself to the next")
            .from(1)
            .to(10000)
            .defaulting(7.0)},
       "an elastic distortion, as Simard, Steinkraus, Platt 2003"},
      {"train",
       {integer("epochs", "how many epochs").from(1).to(1e6).defaulting(std::int64_t{20}),
        integer("steps_per_epoch", "how many rounds of all updates make an epoch")
            .from(1)
            .to(1e6)
            .defaulting(std::int64_t{600}),
        number("checkpoint_minutes", "minutes between checkpoints within an epoch")
            .greater_than(0)
            .defaulting(5.0),
        integer("keep", "how many of the last epochs' checkpoints stay (default: all), beside last and best")
            .from(1)
            .may_be_absent(),
        seed("of all random numbers").defaulting(std::int64_t{0})},
       "how long and from which seed"},
      {"average",
       {number("decay", "what remains of the average at each step; it begins as the mean of all steps so far")
            .from(0)
            .to(1)
            .defaulting(0.999)},
       "of the weights over the steps, as teacher.NET(x) and evaluate.average use them"},
      {"evaluate",
       {text("classifier", "the net whose accuracy is measured (default: the net \"classifier\")")
            .may_be_absent(),
        text("generator", "the net that draws the samples (default: the net \"generator\")").may_be_absent(),
        text(
            "critic",
            "the net that gives the probability of being real (default: the net \"critic\", where it is one)")
            .may_be_absent(),
        texts("splits", "the images that accuracy is measured on")
            .one_of({"train", "validation", "test"})
            .defaulting(Texts{"train"}),
        integer("every", "epochs from one evaluation, picture and kept checkpoint to the next")
            .from(1)
            .defaulting(std::int64_t{1}),
        boolean("average", "evaluate and draw samples with averaged weights").defaulting(false)},
       "during training, and after the last epoch"},
  };
}

std::vector<Key> section_keys(const std::string& name) {
  for (auto& section : model_sections())
    if (section.name == name) return section.keys;
  throw std::logic_error("section_keys: no section " + name);
}

const std::vector<std::string>& array_files() {
  static const std::vector<std::string> files{"images", "labels", "test_images", "test_labels"};
  return files;
}

std::vector<std::vector<std::string>> alternatives(const std::string& path) {
  std::vector<std::vector<std::string>> groups;
  if (path == "data.source") groups = {{"folder", "fit"}, array_files()};
  if (path == "data.labels" || path == "data.validation" || path == "data.test")
    for (const auto& choice : label_choices()) groups.push_back({choice});
  return groups;
}

}  // namespace sganc
