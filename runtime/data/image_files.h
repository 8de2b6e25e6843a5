#pragma once
// Reads images to be classified: pictures, folders of pictures, and arrays. It reads in blocks, so that any
// number of images fits into memory.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/array_files.h"
#include "runtime/data/image_folder.h"

namespace sganc {

/// The files that the paths stand for, in the order of the paths. A folder stands for all pictures (by their
/// names) in it and below it, sorted by path, without those whose names begin with a dot. Throws
/// std::runtime_error for a path that does not exist and for a folder without pictures.
std::vector<std::filesystem::path> list_image_files(const std::vector<std::filesystem::path>& paths);

/// Images of one shape.
struct ImageBlock {
  std::vector<std::string> names;       // photos/1.png, or x.npy[3] for an image of an array
  std::vector<std::uint8_t> pixels;     // {names.size(), height, width, channels}
  std::vector<std::string> notes = {};  // how an array that begins here was understood
  /// Errors of files that could not be read, before or among these, each with its path.
  std::vector<std::string> refused;
};

/// Reads files in order. Pictures are read by `threads` threads as `pictures` says. The images of arrays must
/// have the same shape; `arrays` says how their elements are meant. The content of a file decides whether it
/// is an array.
class ImageReader {
 public:
  ImageReader(std::vector<std::filesystem::path> files, const FolderReading& pictures, int threads,
              const ImageReading& arrays = {});

  /// Returns the next images, at most `most`. A block with images of an array has no others. A block may be
  /// empty if none of its files could be read. Returns nothing at the end.
  std::optional<ImageBlock> next(std::int64_t most);

  /// The number of files that have been started.
  std::size_t files_done() const { return next_file_; }
  std::size_t files() const { return files_.size(); }

 private:
  ImageBlock rows_of_array(std::int64_t most);
  ImageBlock pictures(std::int64_t most);
  void open_array();

  std::vector<std::filesystem::path> files_;
  FolderReading pictures_;
  int threads_;
  ImageReading arrays_;
  std::size_t next_file_ = 0;
  std::optional<ArrayImages> array_;  // the array in the file before next_file_
  std::int64_t next_row_ = 0;
};

}  // namespace sganc
