#pragma once
// A first model for images that are there: a semi-supervised GAN of the form of models/mnist_stacked.toml,
// with sizes, labels and batches that suit them.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace sganc {

/// What it must know of the images.
struct ImagesFound {
  std::string name;                       // of the model
  std::string source;                     // the value of data.source, as TOML
  std::array<std::int64_t, 3> shape{};    // height, width, channels that images have, or are made to have
  std::vector<std::int64_t> train, test;  // images of each class; two classes or more, none of them empty
  std::int64_t unlabelled = 0;
};

/// What is chosen for them.
struct StarterChoices {
  std::int64_t per_class = 0;  // labels; 0: all that there are
  bool validation = false;     // a tenth of each class is held out
  bool test = false;           // a tenth of each class is taken, as there are no test images
  std::int64_t labelled_batch = 0, batch = 0;
  std::int64_t drawn = 0;  // images that updates draw from
  std::int64_t steps_per_epoch = 0;
};
StarterChoices choose(const ImagesFound& found);

/// The text of the model file. `file` is its name and `schema` the schema's, as a person types them.
std::string starter_model(const ImagesFound& found, const std::string& file, const std::string& schema);

}  // namespace sganc
