#pragma once
// The declared model: what a model file says, checked and with every default filled in, each value with its
// place.

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

/// Which training images: what one of `label_choices()` says.
struct DeclaredChoice {
  std::string by = "per_class";
  std::int64_t count = 10;                // per_class: of each class; total: of all
  double fraction = 0;                    // of each class
  std::string file = {};                  // an absolute path
  bool replace = false;                   // drawn with replacement
  std::optional<std::int64_t> seed = {};  // of the choice; train.seed where absent
  Location where = {};                    // the value of the key `by`
};

/// Where images and labels come from: a data set that is known by name, a folder of pictures, or arrays.
struct DeclaredSource {
  std::string known = "mnist";  // "" where `files` say it
  std::map<std::string, Located<std::string>> files =
      {};                    // by key, "folder" or one of array_files(); absolute
  std::string fit = "crop";  // of pictures into the image's shape: crop | stretch
  Location where = {};       // the value
};

struct DeclaredData {
  DeclaredSource source;
  DeclaredChoice labels;                     // whose labels are used; all others are used without labels
  std::optional<DeclaredChoice> validation;  // held out of training
  std::optional<DeclaredChoice> test;        // taken for the test images of a source that has none
  double range_low = -1, range_high = 1;     // bytes 0..255 are scaled to this range
  Location where;
};

/// An input of a net: an image (height, width, channels), a latent vector, or a class, which enters nets as a
/// one-hot vector.
struct DeclaredInput {
  enum class Kind { image, latent, label };
  Kind kind = Kind::image;
  std::string name;
  std::vector<std::int64_t> shape;      // without the batch: {28, 28, 1}, {100}, or {classes}
  std::string distribution = "normal";  // of a latent input: normal (0, 1) | uniform [-1, 1)
  Location where;
};

struct DeclaredLayer {
  std::string kind;
  std::string name;  // as given, or kind_N, N counting that kind in the net from 1
  Keys keys;         // without `kind`, `name` and `from`
  Location where;    // the layer's `kind` value
  /// What it takes: earlier layers of the net, or what the net is `of`. None: the layer before it.
  std::vector<Located<std::string>> from;
};

struct DeclaredNet {
  std::string name;
  std::vector<Located<std::string>> of;  // the inputs and nets that it is a function of, each once
  std::vector<DeclaredLayer> layers;
  Location where;  // the net's name in its table header
  /// What it takes in expressions: the inputs that it depends on, through the nets that it is `of`, in the
  /// order in which they appear first.
  std::vector<std::string> arguments = {};
};

struct DeclaredOptimizer {
  std::string name;
  std::string kind;
  Keys keys;
  Location where;
};

/// A name for a value, which what follows in the update may use.
struct DeclaredLet {
  Located<std::string> name;
  Expression value;
};

struct DeclaredUpdate {
  std::string name;
  std::vector<Draw> draws;
  std::vector<DeclaredLet> lets = {};  // each may use those before it
  Expression minimize;
  std::vector<Located<std::string>> train;  // nets
  Located<std::string> optimizer;
  bool replace = true;  // images are drawn with replacement; else every one once a pass
  Cadence cadence = {};
  std::optional<double> clip_value = {};  // gradients are limited to [-clip_value, clip_value],
  std::optional<double> clip_norm = {};   // then all of them together to this Euclidean length
  Location where;                         // the update's `name` value
};

/// A random transformation of images: [augment], or [augment.NAME].
struct DeclaredAugmentation {
  std::string name = {};                                // "" of [augment] itself
  Keys keys = {};                                       // of the section "augment", but for `elastic`
  double elastic_strength = 0, elastic_smoothness = 0;  // pixels
  Location where = {};
};

struct DeclaredTraining {
  std::int64_t epochs = 20;
  std::int64_t steps_per_epoch = 600;
  double checkpoint_minutes = 5;          // between the checkpoints within an epoch
  std::optional<std::int64_t> keep = {};  // so many epochs' checkpoints, the last ones; all where absent
  std::int64_t seed = 0;
  Location where;

  std::int64_t steps() const { return epochs * steps_per_epoch; }
};

struct DeclaredEvaluation {
  Located<std::string> classifier;  // "" where the model has none
  Located<std::string> generator;
  Located<std::string> critic;  // gives the probability that an image is real
  std::vector<Located<std::string>> splits = {};
  std::int64_t every = 1;  // epochs from one evaluation to the next
  bool average = false;    // with averaged weights
  Location where;
};

/// Averages of the weights over the steps, for `teacher.NET(x)` and for evaluation.
struct DeclaredAverage {
  double decay = 0.999;
  Location where;
};

/// Nets stand in an order in which each comes after what it is `of`; updates in the order of the file.
struct Model {
  std::string name;
  std::shared_ptr<const SourceFile> file;
  DeclaredData data;
  std::vector<DeclaredInput> inputs;
  std::vector<DeclaredNet> nets;
  std::vector<DeclaredOptimizer> optimizers;
  std::vector<DeclaredUpdate> updates;
  std::vector<DeclaredAugmentation> augmentations = {};
  bool keras_compat = false;  // losses of probabilities clip as Keras's do
  DeclaredTraining train;
  DeclaredAverage average;
  DeclaredEvaluation evaluate;

  const DeclaredNet* net(const std::string& name) const;
  const DeclaredInput* input(const std::string& name) const;
  const DeclaredOptimizer* optimizer(const std::string& name) const;
  const DeclaredAugmentation* augmentation(const std::string& name) const;
  const DeclaredInput* image() const;  // the first image input, or nullptr
};

/// What an update minimizes, with the names that stand in it: `mean(p) where p = critic(x)`.
std::string objective(const DeclaredUpdate& update);

/// How it runs where that is not once in each step, with gradients as they are: "every 5 steps, 3 times, from
/// step 100, without replacement, each gradient to 0.1, all to the length 1"; else empty.
std::string manner(const DeclaredUpdate& update);

/// Reads a model file and applies overrides ("train.epochs=50"). Syntax, keys, types, limits and names are
/// checked here; shapes are checked where the graph is built. Every mistake found is added to `diagnostics`;
/// where there is any, the result is empty. A file that cannot be read is a mistake too.
std::optional<Model> load_model(const std::filesystem::path& path, const std::vector<std::string>& overrides,
                                const Vocabulary& vocabulary, Diagnostics& diagnostics);

/// The same for a text, whose errors name `path`.
std::optional<Model> parse_model(const std::string& text, const std::string& path,
                                 const std::vector<std::string>& overrides, const Vocabulary& vocabulary,
                                 Diagnostics& diagnostics);

/// The model as a complete file: every default filled in. Loading it gives an equal model.
std::string to_toml(const Model& model);

}  // namespace sganc
