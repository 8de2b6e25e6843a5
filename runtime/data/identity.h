#pragma once
// What a data set is, told apart from any other: so that a run knows whether the images that are there now
// are those that it was trained with.

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// How many images a part of a data set has, and the SHA-256 of their pixels (count x height x width x
/// channels bytes) and of their labels (little-endian 32-bit integers). `pictures`: paths of a folder's, in
/// the order of the images; none where they are not kept.
struct SplitIdentity {
  std::int64_t count = 0;
  std::string images, labels;
  std::vector<std::string> pictures = {};

  /// Pictures may be called otherwise.
  bool same_images(const SplitIdentity& other) const {
    return count == other.count && images == other.images && labels == other.labels;
  }
};

struct DataIdentity {
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  SplitIdentity train, test;
};

DataIdentity identity_of(const Dataset& dataset);

/// Names the pictures of both parts, unless they take too much room to be kept with every run.
void name_pictures(DataIdentity& identity, const std::vector<std::string>& train,
                   const std::vector<std::string>& test);

/// The text of data.json, and what such a file says. Throws std::runtime_error where it says no such thing.
std::string to_json(const DataIdentity& identity);
DataIdentity read_identity(const std::filesystem::path& path);

/// What has become of one part, and "" where its images are the same: "1 picture was added: cat/7.png".
std::string difference(const SplitIdentity& was, const SplitIdentity& is);

/// Of both parts: "of the training images 1 picture was added: cat/7.png".
std::string difference(const DataIdentity& was, const DataIdentity& is);

}  // namespace sganc
