#pragma once
// Reads a folder of PNG and JPEG pictures as a data set: FOLDER/train/CLASS/* and FOLDER/test/CLASS/*, or
// FOLDER/CLASS/*, and FOLDER/unlabeled/*.

#include <array>
#include <atomic>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/resize.h"

namespace sganc {

/// A picture of a folder: its path, and its class or kUnlabelled.
struct FolderPicture {
  std::filesystem::path path;
  std::int32_t label = kUnlabelled;
};

/// The content of a folder. Classes are the class folders, sorted by name. Pictures are sorted by class and
/// path; those without a label come last.
struct ImageFolder {
  std::string name;  // the folder's own
  std::vector<std::string> classes;
  std::vector<FolderPicture> train, test;
  std::int64_t other_files = 0;    // files that are neither PNG nor JPEG by their names
  std::vector<std::string> notes;  // messages about what else was left out, or how it was understood
};

/// Lists the pictures of a folder, by their names and the beginning of PNG files. A picture in no class
/// folder, or in a folder "unlabeled", "unlabelled" or "unsup" (upper or lower case), has no label. Links to
/// folders are followed. It leaves out names that begin with a dot, `__MACOSX`, links that lead nowhere or to
/// a folder above, run folders, and pictures that sganc wrote. Throws std::runtime_error, which names the
/// folder, if it cannot be a data set or `stop` is requested.
ImageFolder list_image_folder(const std::filesystem::path& folder, const std::stop_token& stop = {});

/// All pictures in a folder and below it, sorted by path. It leaves out the same, but takes pictures that
/// sganc wrote.
std::vector<std::filesystem::path> list_pictures(const std::filesystem::path& folder);

/// The progress of reading a data set, which another thread can show. That thread may request `stop`; then
/// reading throws.
struct LoadProgress {
  std::atomic<std::int64_t> done{0}, count{0};  // pictures
  std::stop_source stop;
};

/// Reads the pictures with `threads` threads and fits each to `shape`, which has 1 or 3 channels. Throws
/// std::runtime_error, with its path, for the first picture that cannot be read, independent of the threads.
Dataset load_image_folder(const ImageFolder& folder, const std::array<std::int64_t, 3>& shape, Fit fit,
                          int threads, LoadProgress& progress);

/// Reads a PNG or JPEG picture; the content decides which. It will be resized to at least `height` and
/// `width`, so a larger JPEG may be reduced already.
Picture read_picture(const std::filesystem::path& path, std::int64_t height, std::int64_t width);

/// The same for the bytes of a file, which `path` names in errors.
Picture decode_picture(std::string_view bytes, const std::filesystem::path& path, std::int64_t height,
                       std::int64_t width);
bool is_jpeg(std::string_view bytes);

}  // namespace sganc
