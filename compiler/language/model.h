#pragma once
// The declared model: the content of a model file, checked, with every default filled in and the place of
// each value.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/language/expression.h"
#include "compiler/language/keys.h"
#include "compiler/language/source.h"
#include "runtime/program.h"  // Cadence

namespace sganc {

/// A choice of training images, by one of the keys in `label_choices()`.
struct DeclaredChoice {
  std::string by = "per_class";
  std::int64_t count = 10;                // images of each class for per_class, of all classes for total
  double fraction = 0;                    // of each class
  std::string file = {};                  // an absolute path
  bool replace = false;                   // drawn with replacement
  std::optional<std::int64_t> seed = {};  // of the choice; if absent, train.seed, or 0 for test images
  Location where = {};                    // the value of the key `by`
};

/// Where images and labels come from: a data set with a known name, a folder of pictures, or arrays.
struct DeclaredSource {
  std::string known = "mnist";  // "" if `files` name the source
  /// Absolute paths by key: "folder", or one of array_files().
  std::map<std::string, Located<std::string>> files = {};
  std::string fit = "crop";                          // of pictures into the image's shape: crop | stretch
  std::string file_column = {}, class_column = {};   // of a folder's table of labels; "" if not named
  std::optional<std::array<double, 2>> values = {};  // of arrays: the numbers that are black and white
  bool transposed = false;                           // of arrays: their images are columns of pixels
  Location where = {};                               // the value
};

struct DeclaredData {
  DeclaredSource source;
  DeclaredChoice labels;  // the images whose labels are used; the others are used without labels
  std::optional<DeclaredChoice> validation;  // held out of training
  std::optional<DeclaredChoice> test;        // becomes the test images of a source that has none
  std::array<std::uint8_t, 3> background = {255, 255, 255};  // of pictures: red, green, blue
  bool skip_unreadable = false;                              // leaves out pictures that cannot be read
  std::optional<Located<std::int64_t>> limit = {};           // of training images
  std::optional<std::int64_t> memory = {};  // megabytes for images of a folder; more are kept in a file
  double range_low = -1, range_high = 1;    // bytes 0..255 are scaled to this range
  Location where;
};

/// An input of nets: an image (height, width, channels), a latent vector, or a class, which nets take as a
/// one-hot vector.
struct DeclaredInput {
  enum class Kind { image, latent, label };
  Kind kind = Kind::image;
  std::string name;
  std::vector<std::int64_t> shape;      // without the batch: {28, 28, 1}, {100}, or {classes}
  std::string distribution = "normal";  // of a latent input: normal (0, 1) | uniform [-1, 1) | beta
  double alpha = 1;                     // both parameters of the beta distribution, at most 1
  Location where;
};

struct DeclaredLayer {
  std::string kind;
  std::string name;  // as given, or KIND_N, where N counts the layers of that kind in the net from 1
  Keys keys;         // without `kind`, `name` and `from`
  Location where;    // the layer's `kind` value
  /// Its inputs: earlier layers of the net, or names in the net's `of`. If empty, the layer before it.
  std::vector<Located<std::string>> from;
};

struct DeclaredNet {
  std::string name;
  std::vector<Located<std::string>> of;  // the inputs and nets that it is a function of, each once
  std::vector<DeclaredLayer> layers;
  Location where;  // the net's name in its table header
  /// Its arguments in expressions: the inputs that it depends on, directly or through other nets, in the
  /// order in which they first appear.
  std::vector<std::string> arguments = {};
};

struct DeclaredOptimizer {
  std::string name;
  std::string kind;
  Keys keys;
  Location where;
};

/// A named value of an update, for later names and for `minimize`.
struct DeclaredLet {
  Located<std::string> name;
  Expression value;
};

struct DeclaredUpdate {
  std::string name;
  std::vector<Draw> draws;
  std::vector<DeclaredLet> lets = {};  // each may use those before it
  Expression minimize;
  std::vector<Located<std::string>> train;            // nets
  std::vector<Located<std::string>> statistics = {};  // draws and lets that move running means; none: all do
  Located<std::string> optimizer;
  bool replace = true;  // images are drawn with replacement; else in passes, each image once a pass
  Cadence cadence = {};
  std::optional<double> clip_value = {};    // gradients are limited to [-clip_value, clip_value],
  std::optional<double> clip_norm = {};     // then all of them together to this Euclidean length
  std::optional<double> clip_weights = {};  // weights are limited to [-clip_weights, clip_weights]
  Location where;                           // the update's `name` value
};

/// A random transformation of images: [augment], or [augment.NAME].
struct DeclaredAugmentation {
  std::string name = {};                                // "" of [augment] itself
  Keys keys = {};                                       // of the section "augment", but for `elastic`
  double elastic_strength = 0, elastic_smoothness = 0;  // pixels
  Location where = {};
};

/// A net whose outputs are compared to find similar images, and the factor of its cosine similarity in the
/// sum.
struct DeclaredFeature {
  Located<std::string> net;  // a function of an image
  double part = 1;
};

/// [spread.NAME.rerank]: the neighbours are chosen among more candidates by how little they must be bent.
struct DeclaredRerank {
  Located<std::string> net;  // a function of an image that gives an image
  std::int64_t candidates = 50, reach = 2;
};

/// [spread.NAME]: labels that are spread from the labelled images over a graph of all training images, and
/// from which updates draw.
struct DeclaredSpread {
  std::string name;
  std::vector<DeclaredFeature> features = {};
  std::vector<Located<std::string>> standardize = {};  // nets among the features
  std::optional<DeclaredRerank> rerank = {};
  std::string labels = {};  // "spread.NAME", whose labels are spread on; "" for the labels of the data
  std::int64_t neighbours = 10;
  double power = 4;  // of the similarity
  double alpha = 0.99;
  std::int64_t rounds = 60;
  double keep = 1;  // the part of the images of each class that updates draw
  std::int64_t from_step = 1;
  std::optional<std::int64_t> every = {};  // if absent, it is spread once
  Location where = {};
};

struct DeclaredTraining {
  std::int64_t epochs = 20;
  std::int64_t steps_per_epoch = 600;
  double checkpoint_minutes = 5;  // between the checkpoints within an epoch
  /// How many epochs' checkpoints are kept, the latest ones; all if absent.
  std::optional<std::int64_t> keep = {};
  std::int64_t seed = 0;
  Location where;

  std::int64_t steps() const { return epochs * steps_per_epoch; }
};

struct DeclaredEvaluation {
  Located<std::string> classifier;  // "" if the model has none
  Located<std::string> generator;
  Located<std::string> critic;  // gives the probability that an image is real
  std::vector<Located<std::string>> splits = {};
  std::int64_t every = 1;  // epochs from one evaluation to the next
  bool average = false;    // with averaged weights
  Location where;
};

/// What a run writes for people, besides its report.
struct DeclaredReport {
  bool tensorboard = true;  // event files
};

/// Averages of the weights over the training steps, for `teacher.NET(x)` and for evaluation.
struct DeclaredAverage {
  double decay = 0.999;
  Location where;
};

/// Each net comes after the nets that it is `of`. Updates stand in the order of the file.
struct Model {
  std::string name;
  std::shared_ptr<const SourceFile> file;
  DeclaredData data;
  std::vector<DeclaredInput> inputs;
  std::vector<DeclaredNet> nets;
  std::vector<DeclaredOptimizer> optimizers;
  std::vector<DeclaredUpdate> updates;
  std::vector<DeclaredAugmentation> augmentations = {};
  std::vector<DeclaredSpread> spreads = {};
  bool keras_compat = false;  // losses clip probabilities as in Keras
  DeclaredTraining train;
  DeclaredAverage average;
  DeclaredEvaluation evaluate;
  DeclaredReport report = {};

  const DeclaredNet* net(const std::string& name) const;
  const DeclaredInput* input(const std::string& name) const;
  const DeclaredOptimizer* optimizer(const std::string& name) const;
  const DeclaredAugmentation* augmentation(const std::string& name) const;
  /// The spread that a source of a draw names, "spread.NAME", or nullptr.
  const DeclaredSpread* spread(const std::string& source) const;
  const DeclaredInput* image() const;  // the first image input, or nullptr
};

/// The expression that an update minimizes, with the values of its names: `mean(p) where p = critic(x)`.
std::string objective(const DeclaredUpdate& update);

/// The settings of an update that differ from one run in each step, draws with replacement and unclipped
/// gradients: "every 5 steps, 3 times, from step 100, without replacement, each gradient to 0.1, all to the
/// length 1". Returns "" if none differs.
std::string manner(const DeclaredUpdate& update);

/// Reads a model file and applies overrides ("train.epochs=50"). Checks syntax, keys, types, limits and
/// names; build_module checks shapes. Returns nothing, and adds every mistake to `diagnostics`, if there is
/// one. A file that cannot be read is a mistake too.
std::optional<Model> load_model(const std::filesystem::path& path, const std::vector<std::string>& overrides,
                                const Vocabulary& vocabulary, Diagnostics& diagnostics);

/// The same for a text. Errors name `path`.
std::optional<Model> parse_model(const std::string& text, const std::string& path,
                                 const std::vector<std::string>& overrides, const Vocabulary& vocabulary,
                                 Diagnostics& diagnostics);

/// The model as a complete file, with every default filled in. Loading it gives an equal model.
std::string to_toml(const Model& model);

}  // namespace sganc
