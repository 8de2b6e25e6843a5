#include "compiler/language/sections.h"

#include <stdexcept>

#include "runtime/program.h"

namespace sganc {
namespace {

/// The most classes of a label input. An f32 holds each of them exactly, and a one-hot vector stays small.
constexpr double kMostClasses = 100000;

/// The key of a seed, which is any integer from 0 on.
Key seed(std::string description) {
  Key key = integer("seed", std::move(description)).from(0);
  key.at_most = {};
  return key;
}

/// The keys that select images: those of label_choices() except "all" and "given", and the seed.
std::vector<Key> choice_keys(const std::string& images, const std::string& default_seed = "train.seed") {
  return {integer("per_class", "this many " + images + " of each class").from(1).may_be_absent(),
          integer("total", "this many " + images + " in all, spread evenly over the classes")
              .from(1)
              .may_be_absent(),
          number("fraction", "this part of each class").greater_than(0).to(1).may_be_absent(),
          text("file",
               "the images whose indices this file lists, one per line, as in a run's labels.txt; "
               "relative to the model file")
              .may_be_absent(),
          seed("the seed of the choice (default: " + default_seed + ")").may_be_absent()};
}

std::vector<Key> label_keys() {
  auto keys = choice_keys("labelled images");
  keys.push_back(boolean("all", "true: every image that is not held out").may_be_absent());
  keys.push_back(
      boolean("replace", "choose with replacement: an image may be chosen more than once").defaulting(false));
  return keys;
}

std::vector<Key> validation_keys() {
  auto keys = choice_keys("images");
  keys.push_back(boolean("given", "true: the source's own validation images").may_be_absent());
  return keys;
}

}  // namespace

const std::vector<std::string>& label_choices() {
  static const std::vector<std::string> choices{"per_class", "total", "fraction", "file", "all", "given"};
  return choices;
}

std::vector<KindKeys> model_sections() {
  using Numbers = std::vector<double>;
  using Texts = std::vector<std::string>;
  return {
      {"",
       {text("name", "the model's name; its run folder is runs/NAME"),
        text("extends", "the model file that this file changes; relative to this file").may_be_absent(),
        boolean("keras_compat",
                "true: losses clip probabilities at 1e-7, as in Keras, instead of using the logits")
            .defaulting(false)},
       "the file itself, with the tables data, input, net, optimizer, augment, spread, update, train, "
       "average, evaluate and report"},
      {"data",
       {text("source", "the name of a data set, or a table that says where images and labels are")
            .one_of({"mnist", "fashion-mnist", "cifar10"})
            .defaulting(std::string("mnist")),
        numbers("range", "the values of the bytes 0 and 255 of a pixel")
            .of_length(2)
            .defaulting(Numbers{-1, 1}),
        integers("background", "the colour behind transparent parts of pictures: red, green, blue")
            .of_length(3)
            .from(0)
            .to(255)
            .defaulting(std::vector<std::int64_t>{255, 255, 255}),
        text("unreadable",
             "stop: pictures that cannot be read end the start of a training, which names them all; skip: "
             "they "
             "are left out, and the log names them")
            .one_of({"stop", "skip"})
            .defaulting(std::string("stop")),
        integer("limit",
                "at most so many training images are taken, the same part of each class (default: all)")
            .from(1)
            .may_be_absent(),
        integer(
            "memory",
            "megabytes of memory for the images of a folder; more are kept in a file (default: half of the "
            "memory that is available)")
            .from(0)
            .may_be_absent()},
       "where images and labels come from, with the tables source, labels, validation and test"},
      {"data.source",
       {text("folder",
             "a folder of pictures: FOLDER/train/CLASS/* and FOLDER/test/CLASS/*, or "
             "FOLDER/CLASS/*; FOLDER/unlabeled/*; or pictures whose classes a table says")
            .may_be_absent(),
        text("fit", "how pictures of a folder are fitted to the shape of the image input (default: crop)")
            .one_of({"crop", "stretch"})
            .may_be_absent(),
        text("images",
             "training images: a file .npy or IDX, an archive .npz, or one of its arrays, ARCHIVE.npz/NAME")
            .may_be_absent(),
        text(
            "labels",
            "their classes, counted from 0, with -1 for an image without a label, or names of classes; a "
            "file or an array as for images. Of a folder: a table (CSV or TSV) with a column of pictures and "
            "one of classes")
            .may_be_absent(),
        text("file_column", "the column of the table that names the pictures (default: found by its content)")
            .may_be_absent(),
        text("class_column",
             "the column of the table with the classes (default: the only other one, or one with a usual "
             "name)")
            .may_be_absent(),
        text("test_images", "test images, as images").may_be_absent(),
        text("test_labels", "their classes, as labels").may_be_absent(),
        text("validation_images", "images of the source's own for validation, as images").may_be_absent(),
        text("validation_labels", "their classes, as labels").may_be_absent(),
        numbers("values",
                "the numbers in arrays that are black and white, and become the bytes 0 and 255 (default: 0 "
                "and 255 for whole numbers; found for floats)")
            .of_length(2)
            .may_be_absent(),
        boolean("transposed", "true: arrays of images hold columns of pixels, not rows, as EMNIST's files do")
            .may_be_absent()},
       "a folder of pictures, or files of arrays; paths are relative to the model file"},
      {"data.labels", label_keys(),
       "the images whose labels may be used (default: per_class = 10); the other images are "
       "used without their labels"},
      {"data.validation", validation_keys(),
       "the training images that are held out: no update draws them, and they are the split "
       "\"validation\""},
      {"data.test", choice_keys("images", "0"),
       "the training images that become test images, if the source has no test images "
       "(default: fraction = 0.1)"},
      {"input.image",
       {integers("image", "height, width, channels").of_length(3).from(1)},
       "an image that a net takes"},
      {"input.latent",
       {integer("size", "the number of elements").from(1),
        text("distribution",
             "normal: mean 0, standard deviation 1; uniform: from -1 to 1; beta: from 0 to 1, most "
             "often near both ends")
            .one_of({"normal", "uniform", "beta"})
            .defaulting(std::string("normal")),
        number("alpha", "both parameters of the beta distribution; 1 is uniform from 0 to 1 (default: 1)")
            .greater_than(0)
            .to(1)
            .may_be_absent()},
       "a random vector that a net takes"},
      {"input.label",
       {integer("classes",
                "the number of classes; a draw takes each of 0 to classes - 1 with the same "
                "probability")
            .from(1)
            .to(kMostClasses)},
       "a class that a net takes, as a one-hot vector: 1 at the class, else 0"},
      {"net",
       {texts("of", "the input or net that this net is a function of, or a list of them").or_one()},
       "A net also has layers: a list of tables, each with its kind, optionally a name, and "
       "the keys of that kind"},
      {"update",
       {text("name", "the update's name in metrics and overrides"),
        text("minimize", "the expression to minimize, which must be one number"),
        texts("train", "the nets whose weights are trained"), text("optimizer", "the name of the optimizer"),
        texts("statistics",
              "the values of draw and let by which the running means of batch_norm move (default: all that "
              "the nets are applied to)")
            .may_be_absent(),
        boolean("replace",
                "true: draw images with replacement; false: draw every image once before any is "
                "drawn again")
            .defaulting(true),
        integer("every", "run in every step that this number divides; steps count from 1")
            .from(1)
            .defaulting(std::int64_t{1}),
        integer("from_step", "the first step in which the update may run")
            .from(1)
            .defaulting(std::int64_t{1}),
        integer("to_step", "the last step in which the update may run (default: the last of the training)")
            .from(1)
            .may_be_absent(),
        integer("repeat", "how often the update runs in each of its steps, each time with new draws")
            .from(1)
            .to(static_cast<double>(kMostRepetitions))
            .defaulting(std::int64_t{1}),
        number("clip_value",
               "limit each element of the gradients to [-clip_value, clip_value]; clip_weights limits the "
               "weights")
            .greater_than(0)
            .may_be_absent(),
        number("clip_norm",
               "if all gradients of the update, as one vector, are longer than this, scale them to "
               "this length")
            .greater_than(0)
            .may_be_absent(),
        number("clip_weights",
               "after each step, limit each element of the weights to [-clip_weights, clip_weights]")
            .greater_than(0)
            .may_be_absent()},
       "Each step runs the updates in this order. An update also has draw, a table of NAME "
       "= \"SOURCE COUNT\", and let, a table of NAME = \"EXPRESSION\" for later names and "
       "for minimize"},
      {"augment",
       {integer("shift", "the most whole pixels by which an image moves in each direction")
            .from(0)
            .defaulting(std::int64_t{0}),
        number("rotate", "the most degrees by which an image turns to each side")
            .from(0)
            .to(180)
            .defaulting(0.0),
        number("scale", "the size changes by a factor between 1 - scale and 1 + scale")
            .from(0)
            .to(0.9)
            .defaulting(0.0),
        number("shear", "each row moves sideways by up to this part of its distance from the middle")
            .from(0)
            .to(10)
            .defaulting(0.0),
        text("flip",
             "mirror with probability 1/2, for both each way by itself; horizontal exchanges left "
             "and right")
            .one_of({"none", "horizontal", "vertical", "both"})
            .defaulting(std::string("none")),
        number("noise", "the standard deviation of a normal number added to each pixel, in the data's range")
            .from(0)
            .defaulting(0.0),
        integer("cutout", "the side, in pixels, of a square that is filled around a random pixel")
            .from(0)
            .defaulting(std::int64_t{0}),
        text("fill",
             "what lies outside of the image: edge: its nearest pixel; low, middle: the low end "
             "or the middle of the data's range. The square of cutout is filled with the same, "
             "for edge with the low end")
            .one_of({"edge", "low", "middle"})
            .defaulting(std::string("edge"))},
       "how augment(x) transforms each image, with new random numbers in each use and step. "
       "[augment.NAME] has the same keys, for augment.NAME(x)"},
      {"augment.elastic",
       {number("strength", "the most pixels by which a point of the grid moves in each direction")
            .from(0)
            .to(1000),
        number("smoothness", "the pixels between neighbouring points of the grid")
            .from(1)
            .to(10000)
            .defaulting(7.0)},
       "an elastic distortion: the points of a grid move, and the pixels between them "
       "follow smoothly. Simard, Steinkraus, Platt 2003"},
      {"spread",
       {text("labels",
             "what is spread: \"labeled\", the labels of the data (default), or \"spread.NAME\", the labels "
             "of "
             "another spread, each as much as it is certain")
            .may_be_absent(),
        texts("standardize",
              "the nets among the features whose numbers are each brought to mean 0 and standard deviation 1 "
              "over all images (default: all)")
            .may_be_absent(),
        integer("neighbours", "how many of the most similar images each image is tied to")
            .from(1)
            .to(1000)
            .defaulting(std::int64_t{10}),
        number("power", "a tie is as strong as this power of the similarity, which is a cosine")
            .from(0)
            .to(100)
            .defaulting(4.0),
        number("alpha", "the part of its neighbours in what an image takes on in each round")
            .from(0)
            .to(0.9999)
            .defaulting(0.99),
        integer("rounds", "the number of rounds in which images pass labels on to their neighbours")
            .from(1)
            .to(10000)
            .defaulting(std::int64_t{60}),
        number("keep",
               "the part of the images of each class that updates draw: those whose class is most certain")
            .greater_than(0)
            .to(1)
            .defaulting(1.0),
        integer("from_step", "labels are spread before this step").from(1).defaulting(std::int64_t{1}),
        integer("every", "the steps from one spreading to the next (default: labels are spread once)")
            .from(1)
            .may_be_absent()},
       "[spread.NAME]: labels that are spread from the labelled images over a graph that ties each training "
       "image to its most similar ones. It also has features, a table of NET = PART: nets of an image, whose "
       "cosine similarities are added with these parts. An update draws such images with \"spread.NAME "
       "COUNT\"; label(x) is then the class that reached the image, and certainty(x) how certain it is. Zhou "
       "et al. 2004; Iscen et al. 2019"},
      {"spread.rerank",
       {text("net",
             "a net of an image that gives an image, such as the upright digit. What is compared are the "
             "gradients of its brightness"),
        integer("candidates", "how many images the features find for each image")
            .from(1)
            .to(1000)
            .defaulting(std::int64_t{50}),
        integer("reach", "how many pixels each point of an image may move in each direction")
            .from(0)
            .to(16)
            .defaulting(std::int64_t{2})},
       "[spread.NAME.rerank]: the neighbours of each image are those of its candidates that must be bent "
       "the least to look like it. Keysers et al. 2007"},
      {"train",
       {integer("epochs", "the number of epochs").from(1).to(1e6).defaulting(std::int64_t{20}),
        integer("steps_per_epoch", "the training steps in an epoch; each runs all updates once")
            .from(1)
            .to(1e6)
            .defaulting(std::int64_t{600}),
        number("checkpoint_minutes", "minutes between checkpoints within an epoch")
            .greater_than(0)
            .defaulting(5.0),
        integer("keep",
                "how many checkpoints of evaluated epochs are kept, the latest ones (default: all); "
                "last and best are always kept")
            .from(1)
            .may_be_absent(),
        seed("the seed of all random numbers").defaulting(std::int64_t{0})},
       "the length and the seed of the training"},
      {"average",
       {number("decay",
               "the part of the average that remains at each step; at first it is the mean of all "
               "steps")
            .from(0)
            .to(1)
            .defaulting(0.999)},
       "averages of the weights over the steps, for teacher.NET(x) and evaluate.average"},
      {"evaluate",
       {text("classifier", "the net whose accuracy is measured (default: the net \"classifier\")")
            .may_be_absent(),
        text("generator", "the net that makes the samples (default: the net \"generator\")").may_be_absent(),
        text("critic",
             "the net that gives the probability that an image is real (default: the net "
             "\"critic\", if it does)")
            .may_be_absent(),
        texts("splits", "the images on which accuracy is measured")
            .one_of({"train", "validation", "test"})
            .defaulting(Texts{"train"}),
        integer("every",
                "the epochs from one evaluation to the next; each makes a picture and keeps a checkpoint")
            .from(1)
            .defaulting(std::int64_t{1}),
        boolean("average", "true: evaluate and sample with averaged weights").defaulting(false)},
       "what is measured during training and after the last epoch"},
      {"report",
       {boolean("tensorboard", "true: write what TensorBoard shows into the run folder").defaulting(true)},
       "what a run writes to be looked at"},
  };
}

std::vector<Key> section_keys(const std::string& name) {
  for (auto& section : model_sections())
    if (section.name == name) return section.keys;
  throw std::logic_error("section_keys: no section " + name);
}

const std::vector<std::string>& array_files() {
  static const std::vector<std::string> files{
      "images", "labels", "test_images", "test_labels", "validation_images", "validation_labels"};
  return files;
}

/// The keys of a source of pictures.
static const std::vector<std::string>& folder_keys() {
  static const std::vector<std::string> keys = {"folder", "fit", "labels", "file_column", "class_column"};
  return keys;
}

const std::vector<std::string>& array_keys() {
  static const std::vector<std::string> keys = [] {
    auto all = array_files();
    all.insert(all.end(), {"values", "transposed"});
    return all;
  }();
  return keys;
}

std::vector<std::vector<std::string>> alternatives(const std::string& path) {
  std::vector<std::vector<std::string>> groups;
  if (path == "data.source") groups = {folder_keys(), array_keys()};
  if (path == "data.labels" || path == "data.validation" || path == "data.test")
    for (const auto& choice : label_choices()) groups.push_back({choice});
  return groups;
}

}  // namespace sganc
