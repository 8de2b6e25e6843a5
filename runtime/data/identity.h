#pragma once
// The identity of a data set, so that a run can check that images are those that it was trained with.

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace sganc {

/// The number of images in a part of a data set, and the SHA-256 of their pixels (count x height x width x
/// channels bytes) and of their labels (little-endian 32-bit integers). `pictures` are the paths of a
/// folder's pictures in the order of the images, or empty if they are not kept.
struct SplitIdentity {
  std::int64_t count = 0;
  std::string images, labels;
  std::vector<std::string> pictures = {};

  /// Compares the images. Names of pictures may differ.
  bool same_images(const SplitIdentity& other) const {
    return count == other.count && images == other.images && labels == other.labels;
  }
};

struct DataIdentity {
  std::array<std::int64_t, 3> image_shape{};  // height, width, channels
  SplitIdentity train, test;
  std::vector<std::string> skipped = {};  // the paths of a folder's pictures that could not be read
};

DataIdentity identity_of(const Dataset& dataset);

/// Sets the names of the pictures, unless they are too long to be kept with every run.
void name_pictures(DataIdentity& identity, const std::vector<std::string>& train,
                   const std::vector<std::string>& test);

/// Writes and reads the text of data.json. Throws std::runtime_error for a file that is not of this form.
std::string to_json(const DataIdentity& identity);
DataIdentity read_identity(const std::filesystem::path& path);

/// How one part has changed: "1 picture was added: cat/7.png", or "" if its images are the same.
std::string difference(const SplitIdentity& was, const SplitIdentity& is);

/// The same for both parts: "of the training images: 1 picture was added: cat/7.png".
std::string difference(const DataIdentity& was, const DataIdentity& is);

}  // namespace sganc
