#pragma once
// Works through any number of images in blocks, shows progress, and tells what could not be read.

#include <cstdint>
#include <functional>
#include <string>

#include "runtime/data/image_files.h"
#include "runtime/report/progress.h"

namespace sganc {

/// Where messages go.
struct Messages {
  std::function<void(const std::string&)> say, error;
};

/// How many images and files there were.
struct ReadImages {
  std::size_t images = 0, files = 0, refused = 0;  // refused: files that could not be read
};

/// Reads the images in blocks of at most `batch`, and gives each block that has images to `use`. The progress
/// says `done` ("classified") and how many. Throws std::runtime_error if no image can be read.
ReadImages for_each_block(ImageReader reader, std::int64_t batch, ProgressStyle style,
                          const std::string& done, const Messages& messages,
                          const std::function<void(const ImageBlock&)>& use);

/// `3 of 100 files could not be read`.
std::string refused_text(const ReadImages& read);

}  // namespace sganc
