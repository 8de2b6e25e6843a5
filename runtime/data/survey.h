#pragma once
// What the pictures of a folder are like: for who has to choose a shape for them.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/image_folder.h"

namespace sganc {

struct PictureFacts {
  std::array<std::int64_t, 2> size{};  // height, width
  bool color = false;                  // some pixel is not gray
  std::string problem;                 // why it cannot be read, with its path; then the others say nothing
};

/// Of each picture, all of which are read, by so many threads.
std::vector<PictureFacts> survey_pictures(std::span<const FolderPicture> pictures, int threads,
                                          LoadProgress& progress);

/// Of those that can be read.
struct PictureSurvey {
  std::int64_t readable = 0, in_color = 0;
  std::array<std::int64_t, 2> smallest{}, largest{}, middle{};  // of each side; the middle one is the median
  std::vector<std::string> problems;                            // of the others
  bool one_size() const { return smallest == largest; }
};
PictureSurvey summarize(std::span<const PictureFacts> facts);

}  // namespace sganc
