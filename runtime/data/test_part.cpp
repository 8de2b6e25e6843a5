#include "runtime/data/test_part.h"

#include <algorithm>
#include <span>
#include <stdexcept>

#include "runtime/data/limit.h"

namespace sganc {
namespace {

/// Moves the chosen images, in ascending order, from `train` to `test`, which is empty; `others` stay. The
/// test images are in memory, even if the training images are in a file.
void move_images(std::span<const std::int32_t> chosen, std::span<const std::int32_t> others,
                 std::size_t image_bytes, Split& train, Split& test) {
  test.images = Pixels::in_memory(chosen.size() * image_bytes);
  std::vector<std::uint8_t> image(image_bytes);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    train.images.read(static_cast<std::size_t>(chosen[i]) * image_bytes, image);
    test.images.write(i * image_bytes, image);
    test.labels.push_back(train.labels[static_cast<std::size_t>(chosen[i])]);
  }
  keep_images(train, others, image_bytes);
  test.count = static_cast<std::int64_t>(chosen.size());
}

}  // namespace

std::vector<std::int32_t> split_off_test(Dataset& dataset, const ImageChoice& choice) {
  auto chosen = choose_images(choice, dataset, "test", {dataset.validation, "held out"});
  if (chosen.empty())
    throw std::runtime_error(dataset.name + " has no images with labels that could be test images");
  std::vector<bool> marked(dataset.train.labels.size());
  for (const auto index : chosen) marked[static_cast<std::size_t>(index)] = true;
  std::vector<std::int32_t> others;
  for (std::size_t i = 0; i < marked.size(); ++i)
    if (!marked[i]) others.push_back(static_cast<std::int32_t>(i));
  std::ranges::sort(chosen);
  const auto [height, width, channels] = dataset.image_shape;
  move_images(chosen, others, static_cast<std::size_t>(height * width * channels), dataset.train,
              dataset.test);
  if (auto& names = dataset.picture_names; !names.empty()) {
    for (std::size_t i = 0; i < others.size(); ++i) names[i] = names[static_cast<std::size_t>(others[i])];
    names.resize(others.size());
  }
  for (auto& index : dataset.validation)
    index = static_cast<std::int32_t>(std::ranges::lower_bound(others, index) - others.begin());
  auto left = class_histogram(dataset.train.labels, dataset.classes);
  for (const auto index : dataset.validation)
    --left.at(static_cast<std::size_t>(dataset.train.labels[static_cast<std::size_t>(index)]));
  const auto taken = class_histogram(dataset.test.labels, dataset.classes);
  for (std::size_t c = 0; c < left.size(); ++c)
    if (left[c] == 0 && taken[c] > 0)
      throw std::runtime_error("the test images are all that " + dataset.name + " has of the class \"" +
                               dataset.class_names.at(c) + "\": " + std::to_string(taken[c]));
  return others;
}

}  // namespace sganc
