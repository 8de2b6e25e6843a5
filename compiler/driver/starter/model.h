#pragma once
// Writes a first model for given images, with sizes, labels and batches that suit them.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/driver/starter/habits.h"

namespace sganc {

/// The facts about the images that the model depends on.
struct ImagesFound {
  std::string name;                       // of the model
  std::string source;                     // the value of data.source, as TOML
  std::array<std::int64_t, 3> shape{};    // height, width and channels of the images in the model
  std::vector<std::int64_t> train, test;  // images of each class; two classes or more, none of them empty
  std::int64_t unlabelled = 0;
  std::int64_t validation = 0;  // images of the source's own that are held out, and not among the others
  ImageHabits habits = {};
};

enum class Recipe {
  few_labels,  // a classifier that also learns from the images without a label, by spreading the labels
  all_labels,  // a classifier that learns from labels alone
  gan,         // a semi-supervised GAN like models/mnist_stacked.toml
};

/// The choices that follow from these facts.
struct StarterChoices {
  Recipe recipe = Recipe::few_labels;
  std::int64_t per_class = 0;  // labels per class; 0 means all
  bool validation = false;     // images are held out: those of the source, or a tenth of each class
  bool test = false;           // a tenth of each class becomes test images, as there are none
  std::int64_t labelled_batch = 0, batch = 0;
  std::int64_t labelled = 0;  // images whose label may be used
  std::int64_t drawn = 0;     // images that updates draw from
  std::int64_t steps_per_epoch = 0;
  bool tests = false;  // there are test images: of the source, or this tenth
};

/// Chooses a GAN, or the classifier that suits the images.
StarterChoices choose(const ImagesFound& found, bool gan);

/// The text of the model file. `file` is its path and `schema` that of the JSON Schema, as the text should
/// show them.
std::string starter_model(const ImagesFound& found, const StarterChoices& choices, const std::string& file,
                          const std::string& schema);

}  // namespace sganc
