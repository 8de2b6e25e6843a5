#pragma once
// Images to be classified: pictures, folders of them, and arrays, as a person names them; read in blocks, so
// that any number of them fits into memory.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/array_files.h"
#include "runtime/data/resize.h"

namespace sganc {

/// The files that the paths stand for, in the order of the paths: a file as it is; of a folder all PNG and
/// JPEG pictures by their names, in it and below it, in the order of their paths, without those whose names
/// begin with a dot. A path without a file, and a folder without pictures, is a std::runtime_error.
std::vector<std::filesystem::path> list_image_files(const std::vector<std::filesystem::path>& paths);

/// Images of one shape.
struct ImageBlock {
  std::vector<std::string> names;    // photos/1.png; of row 3 of an array x.npy[3]
  std::vector<std::uint8_t> pixels;  // {names.size(), height, width, channels}
  std::vector<std::string> refused;  // what could not be read, before or among these, each with its path
};

/// Reads files one after the other: pictures by so many threads, each fitted to `shape`; arrays, told apart
/// by what is in them, as they are.
class ImageReader {
 public:
  ImageReader(std::vector<std::filesystem::path> files, const std::array<std::int64_t, 3>& shape, Fit fit,
              int threads);

  /// The next images, at most `most` of them and of one file where it is an array; none where all were
  /// refused. Nothing at the end.
  std::optional<ImageBlock> next(std::int64_t most);

  /// How many files have been begun.
  std::size_t files_done() const { return next_file_; }
  std::size_t files() const { return files_.size(); }

 private:
  ImageBlock rows_of_array(std::int64_t most);
  ImageBlock pictures(std::int64_t most);
  void open_array();

  std::vector<std::filesystem::path> files_;
  std::array<std::int64_t, 3> shape_;
  Fit fit_;
  int threads_;
  std::size_t next_file_ = 0;
  std::optional<ArrayImages> array_;  // of the file before next_file_
  std::int64_t next_row_ = 0;
};

}  // namespace sganc
