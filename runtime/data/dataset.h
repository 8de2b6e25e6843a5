#pragma once
// A data set in memory: bytes as they were stored, scaled only where they are gathered into a batch.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sganc {

/// The label of an image of which none is known: no choice takes it, no evaluation counts it.
inline constexpr std::int32_t kUnlabelled = -1;

/// How many classes a data set may have.
inline constexpr std::int32_t kMostClasses = 65536;

/// `images`: count x height x width x channels bytes (NHWC). `labels`: a class from 0 for each, or
/// kUnlabelled.
struct Split {
  std::int64_t count = 0;
  std::vector<std::uint8_t> images;
  std::vector<std::int32_t> labels;

  /// How many images have no label.
  std::int64_t unlabelled() const;
};

struct Dataset {
  std::string name;
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  int classes = 0;
  Split train, test;
  std::vector<std::string> class_names = {};  // one a class
};

/// How many of the examples `indices` belong to each class.
std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels,
                                          std::span<const std::int32_t> indices, int classes);

/// The same for all examples.
std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels, int classes);

/// The text of classes.txt: one name a line.
std::string class_names_text(std::span<const std::string> names);

/// "0", "1", ...: the names of classes that have none of their own.
std::vector<std::string> numbered_classes(int count);

}  // namespace sganc
