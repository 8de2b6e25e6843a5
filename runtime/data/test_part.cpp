#include "runtime/data/test_part.h"

#include <algorithm>
#include <stdexcept>

namespace sganc {
namespace {

/// Moves the marked images from `train` to the end of `test`.
void move_marked(const std::vector<bool>& marked, std::ptrdiff_t image_bytes, Split& train, Split& test) {
  const auto begin = train.images.begin();
  std::ptrdiff_t kept = 0;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    const auto from = begin + static_cast<std::ptrdiff_t>(i) * image_bytes;
    if (marked[i]) {
      test.images.insert(test.images.end(), from, from + image_bytes);
      test.labels.push_back(train.labels[i]);
      continue;
    }
    std::copy(from, from + image_bytes, begin + kept * image_bytes);
    train.labels[static_cast<std::size_t>(kept++)] = train.labels[i];
  }
  train.labels.resize(static_cast<std::size_t>(kept));
  train.images.resize(static_cast<std::size_t>(kept * image_bytes));
  train.count = kept;
  test.count = static_cast<std::int64_t>(test.labels.size());
}

}  // namespace

std::vector<std::int32_t> split_off_test(Dataset& dataset, const ImageChoice& choice) {
  const auto chosen = choose_images(choice, dataset, "test", {dataset.validation, "held out"});
  if (chosen.empty())
    throw std::runtime_error(dataset.name + " has no images with labels that could be test images");
  std::vector<bool> marked(dataset.train.labels.size());
  for (const auto index : chosen) marked[static_cast<std::size_t>(index)] = true;
  const auto [height, width, channels] = dataset.image_shape;
  move_marked(marked, static_cast<std::ptrdiff_t>(height * width * channels), dataset.train, dataset.test);

  std::vector<std::int32_t> others;
  for (std::size_t i = 0; i < marked.size(); ++i)
    if (!marked[i]) others.push_back(static_cast<std::int32_t>(i));
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
