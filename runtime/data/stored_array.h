#pragma once
// An array as its file holds it, of which parts are read when they are needed: so an array may be larger than
// the memory.

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <vector>

#include "runtime/data/array.h"
#include "runtime/data/pixels.h"

namespace sganc {

/// The elements as the file holds them.
struct StoredArray {
  char kind = 'u';        // of Array
  std::size_t width = 1;  // bytes of an element
  std::vector<std::int64_t> shape;
  bool big_endian = false;
  bool fortran_order = false;  // the first index moves fastest
  Pixels bytes;

  /// The elements of `count` rows, whose first index is `first` and after.
  Array rows(std::int64_t first, std::int64_t count) const;
};

/// Opens an array. `path` is a file, or ARCHIVE.npz/NAME. Images may be of any size: those that take too much
/// room stay in their file, or are decompressed into another; so are more than 2 GiB in a plain file. Labels
/// and points are read into memory. Throws std::runtime_error, which names the file, for an empty array, one
/// of objects or records, one whose file is shorter or longer than it declares, and more than 2 GiB of labels
/// or points or 1 TiB of images; and if `stop` is requested.
StoredArray open_array(const std::filesystem::path& path, ArrayOf what, const ImageRoom& room = {},
                       const std::stop_token& stop = {});

}  // namespace sganc
