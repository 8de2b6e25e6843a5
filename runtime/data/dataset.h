#pragma once
// A data set in memory: bytes as they were stored, scaled only where they are gathered into a batch.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sganc {

/// `images`: count x height x width x channels bytes (NHWC). `labels`: a class from 0 for each.
struct Split {
  std::int64_t count = 0;
  std::vector<std::uint8_t> images;
  std::vector<std::int32_t> labels;
};

struct Dataset {
  std::string name;
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  int classes = 0;
  Split train, test;
};

/// How many of the examples `indices` belong to each class.
std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels,
                                          std::span<const std::int32_t> indices, int classes);

/// The same for all examples.
std::vector<std::int64_t> class_histogram(std::span<const std::int32_t> labels, int classes);

}  // namespace sganc
