#pragma once
// Reads images, labels and points from a user's arrays (array.h). What can be understood is taken, and said
// in a note; what cannot is a std::runtime_error that names the file.

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// How the elements of an array of images are meant.
struct ImageReading {
  /// height, width, channels of the images that the model takes: if they can be read with this shape, they
  /// are.
  std::optional<std::array<std::int64_t, 3>> shape = {};
  /// The numbers that become the bytes 0 and 255. If absent, they are found for floats, and are 0 and 255 for
  /// whole numbers.
  std::optional<std::array<double, 2>> values = {};
  bool transposed = false;  // the file holds columns of pixels, not rows, as EMNIST does
  ImageRoom room = {};
};

/// Images as bytes, count x height x width x channels.
struct ArrayImages {
  std::int64_t count = 0;
  std::array<std::int64_t, 3> shape{};  // height, width, channels
  Pixels pixels;
  std::optional<std::array<double, 2>> values = {};  // of ImageReading, if they are not 0 and 255
  std::vector<std::string> notes = {};               // how the elements were understood, for people
};

/// Reads images: (count, height, width), (count, height, width, channels), (count, channels, height, width),
/// or square ones as (count, height * width). Channels come first if only then there
/// are 1 or 3, or at most 4. Whole numbers must lie between the two values. The values of floats are 0 and 1
/// if all lie between these, else -1 and 1, else 0 and 255. Throws std::runtime_error for any mistake, and if
/// `stop` is requested.
ArrayImages read_array_images(const std::filesystem::path& path, const ImageReading& reading = {},
                              const std::stop_token& stop = {});

/// Labels as a file holds them: whole numbers, or texts.
struct ArrayLabels {
  std::vector<std::int64_t> numbers;  // -1 for an image without a label
  std::vector<std::string> texts;     // "" for an image without a label; empty if labels are numbers
  std::vector<std::string> notes = {};
};

/// Reads labels for so many images of that shape: whole numbers of any type, (count,) or (count, 1); rows of
/// which one element is 1 and the others are 0, (count, classes); or texts. NaN and None are images without a
/// label.
ArrayLabels read_array_labels(const std::filesystem::path& path, std::int64_t images,
                              const std::array<std::int64_t, 3>& shape = {});

/// The classes of labels.
struct LabelClasses {
  std::vector<std::int32_t> train, test, validation;  // kUnlabelled for an image without a label
  std::vector<std::string> names;                     // of the classes
  std::vector<std::string> notes = {};
};

/// Turns labels into classes from 0. Texts are the names of classes, sorted, as numbers if all are numbers.
/// If the training labels begin at 1, so do the names of the classes. Throws std::runtime_error, without a
/// path, for a negative or too large class, training labels that begin beyond 1, and a test or validation
/// label that no training image has if labels are texts.
LabelClasses classes_of(const ArrayLabels& train, const ArrayLabels& test,
                        const ArrayLabels& validation = {});

/// Points: {count, size} finite numbers.
struct ArrayPoints {
  std::int64_t count = 0, size = 0;
  std::vector<float> values;
};

/// Reads numbers of any type with the shape (count, size).
ArrayPoints read_array_points(const std::filesystem::path& path);

/// Writes floats of that shape as an .npy file, atomically.
void write_array(const std::filesystem::path& path, std::span<const std::int64_t> shape,
                 std::span<const float> values);

}  // namespace sganc
