#pragma once
// A data set. Pixels are bytes, which are scaled when a batch is gathered.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/pixels.h"

namespace sganc {

/// The label of an image without a label. No choice takes such an image, and no evaluation counts it.
inline constexpr std::int32_t kUnlabelled = -1;

/// The largest number of classes of a data set.
inline constexpr std::int32_t kMostClasses = 65536;

/// Stored images. `images` holds count x height x width x channels bytes (NHWC), and `labels` a class from 0
/// for each image, or kUnlabelled.
struct Split {
  std::int64_t count = 0;
  Pixels images;
  std::vector<std::int32_t> labels;

  /// The number of images without a label.
  std::int64_t unlabelled() const;
};

struct Dataset {
  std::string name;
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  int classes = 0;
  Split train, test;
  std::vector<std::string> class_names = {};  // one for each class
  /// The training images that the source itself holds out for validation, in ascending order.
  std::vector<std::int32_t> validation = {};
  /// What lists call the training images: the paths of pictures in their folder. Empty: lists have indices.
  std::vector<std::string> picture_names = {};
};

/// The number of the examples `indices` in each class.
std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels,
                                          std::span<const std::int32_t> indices, int classes);

/// The same for all examples.
std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels, int classes);

/// The text of classes.txt: one name per line.
std::string class_names_text(std::span<const std::string> names);

/// "0", "1", ...: names for classes without names.
std::vector<std::string> numbered_classes(int count);

}  // namespace sganc
