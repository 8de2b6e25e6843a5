#pragma once
// A folder of PNG and JPEG pictures as a data set: FOLDER/train/CLASS/* and FOLDER/test/CLASS/*, or
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

/// A picture of a folder: where it lies, and its class or kUnlabelled.
struct FolderPicture {
  std::filesystem::path path;
  std::int32_t label = kUnlabelled;
};

/// What lies in a folder. Classes are the folders of classes, in the order of their names; pictures stand in
/// the order of class and path, those without a label behind.
struct ImageFolder {
  std::string name;  // the folder's own
  std::vector<std::string> classes;
  std::vector<FolderPicture> train, test;
  std::int64_t other_files = 0;    // that are neither PNG nor JPEG by their names
  std::vector<std::string> notes;  // what else was left out, and what was taken for something: a line each
};

/// Looks at names, and at the beginning of PNG files. A picture that lies in no class's folder, or below a
/// folder "unlabeled", "unlabelled" or "unsup" in any case, has no label. Left out are names that begin with
/// a dot, `__MACOSX`, links that lead nowhere or back, and what this program wrote: folders of runs, and
/// pictures with its mark. Linked folders are followed. What cannot be a data set is a std::runtime_error
/// that names the folder; so is that `stop` asked for an end.
ImageFolder list_image_folder(const std::filesystem::path& folder, const std::stop_token& stop = {});

/// All pictures in a folder and below it, by path, with the same left out but for what this program wrote.
std::vector<std::filesystem::path> list_pictures(const std::filesystem::path& folder);

/// How far a data set is read: set by who reads it, for another thread to show. That thread may ask for an
/// end: reading then stops with an error.
struct LoadProgress {
  std::atomic<std::int64_t> done{0}, count{0};  // pictures
  std::stop_source stop;
};

/// Reads the pictures with so many threads, each fitted to `shape`, of 1 or 3 channels. A picture that cannot
/// be read is a std::runtime_error with its path: the first of them, whatever the threads.
Dataset load_image_folder(const ImageFolder& folder, const std::array<std::int64_t, 3>& shape, Fit fit,
                          int threads, LoadProgress& progress);

/// Any PNG or JPEG picture, told apart by its content. `height` and `width` are what it will be resized to at
/// least.
Picture read_picture(const std::filesystem::path& path, std::int64_t height, std::int64_t width);

/// The same from the bytes of a file, which `path` names in errors.
Picture decode_picture(std::string_view bytes, const std::filesystem::path& path, std::int64_t height,
                       std::int64_t width);
bool is_jpeg(std::string_view bytes);

}  // namespace sganc
