#pragma once
// Sizes and colours of the pictures in a folder, to choose a shape for them.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/image_folder.h"

namespace sganc {

struct PictureFacts {
  std::array<std::int64_t, 2> size{};  // height, width
  bool color = false;                  // at least one pixel is not gray
  bool transparent = false;            // at least one pixel is
  bool dim = false;                    // ReadPicture::dim
  std::string problem;  // why it cannot be read, with its path; then the other members have no meaning
};

/// Reads all pictures with `threads` threads. One result for each picture.
std::vector<PictureFacts> survey_pictures(std::span<const FolderPicture> pictures, int threads,
                                          LoadProgress& progress);

/// A summary of the pictures that can be read.
struct PictureSurvey {
  std::int64_t readable = 0, in_color = 0, transparent = 0, dim = 0;
  std::array<std::int64_t, 2> smallest{}, largest{}, middle{};  // of each side; `middle` is the median
  std::vector<std::string> problems;                            // the problems of the others
  bool one_size() const { return smallest == largest; }
};
PictureSurvey summarize(std::span<const PictureFacts> facts);

}  // namespace sganc
